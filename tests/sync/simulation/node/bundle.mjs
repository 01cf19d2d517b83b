/** Puts the host, the engine and the app's own mutations into one file that Node runs: node bundle.mjs <file>. */

import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const require = createRequire(here('../../../../sync/typescript/package.json'))
const { build } = await import(pathToFileURL(require.resolve('rolldown')).href)

await build({
  input: here('./host.ts'),
  platform: 'node',
  resolve: {
    alias: {
      'cairn-sync': here('../../../../sync/typescript/src/index.ts'),
      '@': here('../../../../pwa/src'),
      dexie: here('../../../../sync/typescript/node_modules/dexie/dist/dexie.mjs'),
      'fake-indexeddb': here('../../../../sync/typescript/node_modules/fake-indexeddb'),
    },
  },
  output: { file: process.argv[2], format: 'esm' },
  logLevel: 'warn',
})
