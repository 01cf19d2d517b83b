import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { modules } from '@/app/modules'
import { MUTATIONS } from '@/generated/mutations'
import english from '@/locales/en'

const SOURCE = resolve(import.meta.dirname, '../../../pwa/src')
const areas = readdirSync(join(SOURCE, 'locales/en'))
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
const IMPORTED = /(?:from|import)\s*\(?\s*'([^']+)'/g
const KEY = new RegExp(`['"\`]((${areas.join('|')})\\.[\\w.$]+)`, 'g')

function fileOf(name: string, importer: string): string | undefined {
  if (!name.startsWith('@/') && !name.startsWith('.')) return undefined
  const path = name.startsWith('@/') ? join(SOURCE, name.slice(2)) : resolve(dirname(importer), name)
  return [path, `${path}.ts`, join(path, 'index.ts')].find((one) => existsSync(one) && statSync(one).isFile())
}

/** A file and all that it imports, however late. */
function reach(file: string | undefined, seen = new Set<string>()): Set<string> {
  if (!file || seen.has(file) || !/\.(ts|vue)$/.test(file)) return seen
  seen.add(file)
  for (const [, name] of readFileSync(file, 'utf8').matchAll(IMPORTED)) reach(fileOf(name!, file), seen)
  return seen
}

/** Areas whose keys stand in the files. Names of commands look like keys, and are none. */
function areasIn(files: Iterable<string>): string[] {
  const found = [...files].flatMap((file) => [...readFileSync(file, 'utf8').matchAll(KEY)])
  return [...new Set(found.filter(([, key]) => !(key! in MUTATIONS)).map(([, , area]) => area!))].sort()
}

describe('the words that a screen loads', () => {
  it.each(modules.map((module) => [module.id, module] as const))('are those that %s says', (id, module) => {
    const said = areasIn(reach(join(SOURCE, 'screens', id, 'index.ts')))
    expect([...(module.words ?? [])].sort()).toEqual(module.routes.length > 0 ? said : [])
  })

  it('are there at once where every page needs them', () => {
    expect(areasIn(reach(join(SOURCE, 'app/AppShell.vue')))).toEqual([])
    expect(Object.keys(english)).toContain('titles')
  })

  it('has a title among those that are always there for every page, tab and record', () => {
    const titled = modules.flatMap((module) => [module, ...(module.actions ?? [])]).map(({ titleKey }) => titleKey)
    expect(titled.filter((key) => !/^(titles|signIn)\./.test(key))).toEqual([])
  })
})
