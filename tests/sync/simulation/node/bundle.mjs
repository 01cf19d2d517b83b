/**
 * Puts the host, the engine and the app's own mutations into one file that Node runs:
 * node bundle.mjs <file> [<fault>]. A fault of faults.json is a line of the engine, changed.
 */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const require = createRequire(here('../../../../sync/typescript/package.json'))
const { build } = await import(pathToFileURL(require.resolve('rolldown')).href)

const faults = JSON.parse(readFileSync(here('./faults.json'), 'utf8'))
const [, , file, fault] = process.argv

function planted(code, id) {
  const { in: source, line, becomes } = faults[fault]
  if (!id.endsWith(`sync/typescript/src/${source}`)) return null
  if (!code.includes(line)) throw new Error(`${source} does not have the line that ${fault} changes: ${line}`)
  return code.replace(line, becomes)
}

await build({
  input: here('./host.ts'),
  platform: 'node',
  plugins: fault ? [{ name: 'planted', transform: planted }] : [],
  resolve: {
    alias: {
      'cairn-sync': here('../../../../sync/typescript/src/index.ts'),
      '@': here('../../../../pwa/src'),
      dexie: here('../../../../sync/typescript/node_modules/dexie/dist/dexie.mjs'),
      'fake-indexeddb': here('../../../../sync/typescript/node_modules/fake-indexeddb'),
    },
  },
  output: { file, format: 'esm', codeSplitting: false },
  logLevel: 'warn',
})
