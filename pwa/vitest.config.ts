import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [vue()],
  resolve: {
    alias: { 'cairn-sync': here('../sync/typescript/src/index.ts'), '@': here('./src') },
    dedupe: ['dexie', 'vue'],
  },
  server: { fs: { allow: [here('..')] } },
  test: {
    environment: 'happy-dom',
    include: [here('../tests/pwa') + '/**/*.test.ts'],
    root: here('..'),
  },
})
