import { fileURLToPath } from 'node:url'
import { quasar, transformAssetUrls } from '@quasar/vite-plugin'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { manifest } from './src/app/manifest'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const server = process.env.CAIRN_SERVER ?? 'http://localhost:8000'
const served = ['/api', '^/sync/', '/schema', '/healthz', '/readyz']

/** PMTiles unpacks with the browser's own DecompressionStream; what it falls back to on older ones is 6 kB nobody runs. */
const withoutInflateFallback: Plugin = {
  name: 'without-inflate-fallback',
  enforce: 'pre',
  resolveId: (source, importer) => (source === 'fflate' && importer?.includes('/pmtiles/') ? '\0no-inflate' : null),
  load: (id) =>
    id === '\0no-inflate' ? "export const decompressSync = () => { throw new Error('no DecompressionStream') }" : null,
}

export default defineConfig({
  plugins: [
    withoutInflateFallback,
    vue({ template: { transformAssetUrls } }),
    quasar(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/service-worker',
      filename: 'service-worker.ts',
      injectRegister: false,
      manifest,
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,svg,png,webmanifest}'],
        maximumFileSizeToCacheInBytes: 4_000_000,
      },
    }),
  ],
  resolve: {
    alias: {
      'cairn-sync': here('../sync/typescript/src/index.ts'),
      '@': here('./src'),
    },
    dedupe: ['dexie', 'vue', 'quasar'],
  },
  css: { lightningcss: { errorRecovery: true } },
  build: {
    outDir: here('../server/cairn/static'),
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
  },
  server: { proxy: Object.fromEntries(served.map((path) => [path, { target: server, changeOrigin: false }])) },
})
