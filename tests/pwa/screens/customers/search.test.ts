import { describe, expect, it } from 'vitest'
import type { AccountCard } from '@/generated/documents'
import { cardsNear, findCards } from '@/screens/customers/search'

const position = (lat: number, lon: number) => ({
  ...{ lat, lon, accuracy_m: 5, fixed_at: '2026-11-22T01:00:00Z', altitude_m: null, speed_mps: null },
})
const card = (
  id: string,
  name: string,
  search: string,
  owner_id: string,
  at: [number, number] | null,
): AccountCard => ({
  ...{ id, name, address: null, owner_id, position: at && position(...at) },
  search: `${name} ${search}`.toLowerCase(),
})
const cards = [
  card('1', '恒达冷链', 'hengdalenglian hdll', 'me', [31.3, 120.6]),
  card('2', '永利食品', 'yonglishipin ylsp', 'other', [31.31, 120.6]),
  card('3', '冷库恒温', 'lengkuhengwen lkhw', 'me', null),
]
const ids = (
  text: string,
  scope: 'mine' | 'all' | 'nearest' = 'all',
  here: { lat: number; lon: number } | null = null,
) => findCards(cards, { text, scope, userId: 'me', here }).map((found) => found.card.id)

describe('findCards', () => {
  it('finds by part of the name, by pinyin and by initials, whatever the case', () => {
    expect(ids('永利')).toEqual(['2'])
    expect(ids('YONGLI')).toEqual(['2'])
    expect(ids('hdl')).toEqual(['1'])
  })
  it('wants every word, in any order, and puts names that begin so first', () => {
    expect(ids('冷 恒')).toEqual(['3', '1'])
    expect(ids('恒 不在')).toEqual([])
  })
  it('keeps to mine', () => expect(ids('', 'mine')).toEqual(['1', '3']))
  it('sorts by distance, those without a position last', () => {
    expect(ids('', 'nearest', { lat: 31.3101, lon: 120.6 })).toEqual(['2', '1', '3'])
  })
})

describe('cardsNear', () => {
  it('offers only whom one stands at', () => {
    expect(cardsNear(cards, { lat: 31.3001, lon: 120.6 }, 200).map((found) => found.card.id)).toEqual(['1'])
    expect(cardsNear(cards, { lat: 40, lon: 120.6 }, 200)).toEqual([])
  })
})
