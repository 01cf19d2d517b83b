import { fileURLToPath } from 'node:url'
import { quasar, transformAssetUrls } from '@quasar/vite-plugin'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { inlineIcons } from './scripts/inline-icons'
import { preloadFirst } from './scripts/preload-first'
import { manifest } from './src/app/manifest'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const server = process.env.CAIRN_SERVER ?? 'http://localhost:8000'
const served = ['/api', '^/s/', '^/sync/', '/schema', '/healthz', '/readyz']

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
    inlineIcons(),
    preloadFirst(['locales/zh-CN/index.ts', 'locales/en/index.ts', 'sign-in/SignInPage.vue']),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/service-worker',
      filename: 'service-worker.ts',
      injectRegister: false,
      manifest,
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,svg,png,json,webmanifest}'],
        maximumFileSizeToCacheInBytes: 4_000_000,
      },
    }),
  ],
  // What we do not use of vue-i18n: its old interface, its components and its developer tools.
  define: {
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_DROP_MESSAGE_COMPILER__: true,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  resolve: {
    alias: {
      // Without its message compiler (see compile-message.ts), and Dexie for the browsers of today.
      'vue-i18n': 'vue-i18n/dist/vue-i18n.runtime.mjs',
      dexie: 'dexie/dist/modern/dexie.mjs',
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
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // What the first page needs in few files: a browser without HTTP/2 asks for six at a time.
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'frame',
              test: /node_modules\/(@vue|vue|vue-router|vue-i18n|@intlify|quasar)\/|preload-helper|rolldown/,
            },
            // Small, and wanted together: by whoever is out in the field.
            {
              name: (id) => `field-words-${id.split('/').at(-2)}`,
              test: /locales\/[\w-]+\/(customers|day|map|photos|today|verdict|visits)\.json/,
            },
            { name: 'door', test: /screens\/sign-in\/(SignInPage|DoorPage|useSignIn)|widgets\/TextField|app\/errors/ },
          ],
        },
      },
    },
  },
  server: { proxy: Object.fromEntries(served.map((path) => [path, { target: server, changeOrigin: false }])) },
})
