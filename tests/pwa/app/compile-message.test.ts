import { compile } from '@intlify/core-base'
import { createI18n } from 'vue-i18n'
import { expect, it } from 'vitest'
import { compileMessage } from '@/app/compile-message'
import { chinese, english } from '../support/words'

function leaves(messages: Record<string, any>, path = ''): [string, string][] {
  return Object.entries(messages).flatMap(([name, value]) =>
    typeof value === 'string' ? [[`${path}${name}`, value]] : leaves(value, `${path}${name}.`),
  )
}

it.each([
  ['zh-CN', chinese],
  ['en', english],
])('reads every message in %s as the library would', (locale, messages) => {
  const options = { legacy: false as const, locale, messages: { [locale]: messages }, missingWarn: false }
  const ours = createI18n({ ...options, messageCompiler: compileMessage as any }).global as any
  const theirs = createI18n({ ...options, messageCompiler: compile as any }).global as any
  for (const [key, text] of leaves(messages)) {
    const named = Object.fromEntries([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, `<${name}>`]))
    for (const count of [0, 1, 2]) expect(ours.t(key, named, count), key).toBe(theirs.t(key, named, count))
  }
})
