import { expect, it } from 'vitest'
import { baseCompile } from '@intlify/message-compiler'
import * as words from './support/words'

function flat(messages: words.Messages, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(messages)) {
    const name = path ? `${path}.${key}` : key
    if (typeof value === 'string') found.set(name, value)
    else for (const [inner, text] of flat(value, name)) found.set(inner, text)
  }
  return found
}

const placeholders = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort()
const [english, chinese] = [flat(words.english), flat(words.chinese)]

it('says everything in both languages', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  for (const text of [...english.values(), ...chinese.values()]) expect(text.trim()).not.toBe('')
})

it('names the same things in both', () => {
  for (const [key, text] of english) expect([key, placeholders(chinese.get(key)!)]).toEqual([key, placeholders(text)])
})

it('has only messages that compile', () => {
  for (const text of [...english.values(), ...chinese.values()]) {
    baseCompile(text, { onError: (error) => expect.fail(`${text}: ${error.message}`) })
  }
})

it('has words for every code the server may send', () => {
  const codes = [
    ...['malformed', 'unknown_mutation', 'not_found', 'not_permitted', 'not_owner', 'already_exists', 'gone'],
    ...['conflict_closed', 'session_ended', 'device_revoked', 'too_large', 'upgrade_required', 'bad_credentials'],
  ]
  for (const code of codes) expect(english.has(`errors.${code}`), code).toBe(true)
})
