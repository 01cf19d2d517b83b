import { fileURLToPath } from 'node:url'
import { quasar, transformAssetUrls } from '@quasar/vite-plugin'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { manifest } from './src/app/manifest'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const server = process.env.CAIRN_SERVER ?? 'http://localhost:8000'
const served = ['/api', '^/sync/', '/schema', '/healthz', '/readyz']

export default defineConfig({
  plugins: [
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
