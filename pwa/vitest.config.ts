import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [vue()],
  resolve: {
    alias: {
      'cairn-sync': here('../sync/typescript/src/index.ts'),
      '@': here('./src'),
      '@intlify/message-compiler': here('./node_modules/@intlify/message-compiler'),
      '@intlify/core-base': here('./node_modules/@intlify/core-base'),
      'vue-i18n': here('./node_modules/vue-i18n'),
    },
    dedupe: ['dexie', 'vue'],
  },
  server: { fs: { allow: [here('..')] } },
  test: {
    environment: 'happy-dom',
    // Building a window for each file costs more than all tests together; they share nothing but constants.
    isolate: false,
    include: [here('../tests/pwa') + '/**/*.test.ts'],
    root: here('..'),
  },
})
