import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'

// Vitest empties imported style sheets.
const styles = readFileSync(resolve(import.meta.dirname, '../../../pwa/src/app/styles/quasar.sass'), 'utf8')
const screens = import.meta.glob<string>('../../../pwa/src/**/*.{vue,ts}', {
  query: '?raw',
  import: 'default',
  eager: true,
})

it('has the styles of every Quasar component in use', () => {
  const used = new Set(
    Object.values(screens).flatMap((source) => [...source.matchAll(/<q-([a-z-]+)/g)].map(([, name]) => name!)),
  )
  expect(used.size).toBeGreaterThan(2)
  const pascal = (name: string) => name.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase())
  for (const name of used) expect(styles, `add Q${pascal(name)} to quasar.sass`).toContain(`/Q${pascal(name)}.sass`)
})
