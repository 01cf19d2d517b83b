import { describe, expect, it } from 'vitest'
import { blankToNull, editOf, splitTags } from '@/screens/customers/edits'
import { navigationLink } from '@/screens/customers/navigation'
import { similarCards, similarity } from '@/screens/customers/similar'
import { timelineOf } from '@/screens/customers/timeline'

describe('editOf', () => {
  it('names only what changed, with what was seen before', () => {
    expect(editOf({ name: 'A', phone: null }, { name: 'A', phone: '2' })).toEqual({
      set: { phone: '2' },
      base: { phone: null },
    })
  })
  it('is nothing when nothing changed', () => expect(editOf({ tags: ['a'] }, { tags: ['a'] })).toBeNull())
  it('sends a group whole', () => {
    const groups = [['address', 'position']]
    expect(editOf({ address: 'x', position: null }, { address: 'y', position: null }, groups)).toEqual({
      set: { address: 'y', position: null },
      base: { address: 'x', position: null },
    })
  })
})

it('takes an emptied field for none', () => {
  expect(blankToNull('  ')).toBeNull()
  expect(blankToNull(' a ')).toBe('a')
})

it('splits tags at any separator, without doubles', () => {
  expect(splitTags('冷库、老客户，冷库, VIP;')).toEqual(['冷库', '老客户', 'VIP'])
  expect(splitTags('')).toEqual([])
})

describe('similarCards', () => {
  const known = ['苏州永利食品有限公司', '恒达冷链股份有限公司', 'Northwind Foods Ltd.'].map((name, index) => ({
    ...{ id: String(index), name, address: null, position: null, owner_id: 'somebody', search: name },
  }))
  it.each([
    ['永利食品', ['0']],
    ['苏州永利食品公司', ['0']],
    ['northwind foods', ['2']],
    ['有限公司', []],
    ['永', []],
    ['完全不同的名字', []],
  ])('%s', (name, ids) => expect(similarCards(name, known).map((card) => card.id)).toEqual(ids))
  it('is one for the same name and nothing for a stranger', () => {
    expect(similarity('Blue River', 'blue-river')).toBe(1)
    expect(similarity('abc', 'xyz')).toBe(0)
  })
})

it('opens the way in the map app of the phone', () => {
  const position = { lat: 31.3, lon: 120.6, accuracy_m: 5, fixed_at: '', altitude_m: null, speed_mps: null }
  expect(navigationLink('A&B', position, 'iPhone')).toBe('https://maps.apple.com/?daddr=31.3,120.6&q=A%26B')
  expect(navigationLink('A', position, 'Linux; Android 14')).toBe('geo:31.3,120.6?q=31.3,120.6(A)')
  expect(navigationLink('A', position, 'Windows')).toContain('coordinate=wgs84')
})

it('shows visits and notes in one line, newest first', () => {
  const items = timelineOf(
    [{ id: 'v', checked_in_at: '2026-11-20T01:00:00Z' }] as any,
    [{ id: 'n', at: '2026-11-21T01:00:00Z' }] as any,
  )
  expect(items.map((item) => item.id)).toEqual(['n', 'v'])
})
