import { describe, expect, it } from 'vitest'
import type { Conflict, Refusal } from '@/generated/documents'
import { summariseBuckets } from '@/screens/sync/buckets'
import {
  editableText,
  fieldsOf,
  ownValue,
  partOf,
  sidesFor,
  typedValue,
  valueText,
} from '@/screens/sync/conflict-words'
import { mutationWords, subjectsOf } from '@/screens/sync/mutation-words'
import { customerOf, payloadLines, refusedItems } from '@/screens/sync/refusals'

const conflict = (part: Partial<Conflict> = {}): Conflict => ({
  id: 'c1',
  about: { kind: 'account', id: 'a1' },
  account_id: 'a1',
  title: 'Chenghu',
  field: 'phone',
  base: '1',
  theirs: '2',
  mine: '3',
  author_id: 'rep',
  theirs_by: 'manager',
  theirs_at: '2026-11-20T02:00:00Z',
  owner_id: 'rep',
  at: '2026-11-20T01:00:00Z',
  created_at: '2026-11-20T03:00:00Z',
  state: 'open',
  take: null,
  value: null,
  resolved_by: null,
  resolved_at: null,
  ...part,
})
const words = {
  empty: '(empty)',
  separator: ', ',
  position: (lat: string, lon: string, away: number | null) =>
    `${lat} ${lon}${away === null ? '' : ` +${Math.round(away)} m`}`,
  dateTime: (iso: string) => `at ${iso}`,
}

describe('a conflict in words', () => {
  it('puts the reader first, whoever that is', () => {
    expect(sidesFor(conflict(), 'rep').map((side) => [side.take, side.isOwn])).toEqual([
      ['mine', true],
      ['theirs', false],
    ])
    expect(sidesFor(conflict(), 'manager').map((side) => [side.take, side.isOwn])).toEqual([
      ['theirs', true],
      ['mine', false],
    ])
    expect(sidesFor(conflict(), 'chief').some((side) => side.isOwn)).toBe(false)
  })

  it('knows two changes of the same person from two devices', () => {
    const sides = sidesFor(conflict({ theirs_by: 'rep' }), 'rep')
    expect(sides.map((side) => [side.take, side.isOwn])).toEqual([
      ['mine', true],
      ['theirs', false],
    ])
  })

  it('takes groups apart and puts them together again', () => {
    const group = conflict({
      field: 'address+position',
      mine: { address: 'Gate 3', position: { lat: 31.3, lon: 120.6 } },
    })
    expect(fieldsOf(group)).toEqual(['address', 'position'])
    expect(partOf(group, group.mine, 'address')).toBe('Gate 3')
    expect(ownValue(group, { address: 'Gate 4', position: null })).toEqual({
      address: 'Gate 4',
      position: null,
    })
    expect(ownValue(conflict(), { phone: '9' })).toBe('9')
  })

  it.each([
    [null, '(empty)'],
    ['', '(empty)'],
    [[], '(empty)'],
    [['vip', 'cold'], 'vip, cold'],
    [{ lat: 31.3, lon: 120.6 }, '31.30000 120.60000'],
    [{ text: 'call', due_at: null }, 'call'],
    ['2026-11-20T01:00:00Z', 'at 2026-11-20T01:00:00Z'],
    [42, '42'],
  ])('%j reads %s', (value, text) => expect(valueText(value, words)).toBe(text))

  it('says how far two positions lie apart', () => {
    expect(valueText({ lat: 31.3, lon: 120.6 }, words, { lat: 31.31, lon: 120.6 })).toContain('+1109 m')
  })

  it('reads typed values in the shape of their field', () => {
    expect(typedValue('tags', 'vip, 冷链，vip')).toEqual(['vip', '冷链'])
    expect(typedValue('phone', '  ')).toBeNull()
    expect(typedValue('name', '  ')).toBe('')
    expect(editableText(['a', 'b'])).toBe('a, b')
  })
})

describe('a mutation in words', () => {
  it('names the record and the fields', () => {
    expect(mutationWords('accounts.edit', { id: 'a1', set: { phone: '2', notes: 'x' } }, 'Chenghu')).toMatchObject({
      key: 'sync.mutation.accounts_edit',
      title: 'Chenghu',
      fields: ['phone', 'notes'],
    })
    expect(mutationWords('accounts.create', { name: 'New' }, '').title).toBe('New')
    expect(mutationWords('notes.add', { text: '很'.repeat(100) }, '').text).toHaveLength(81)
  })
  it('looks for a lost customer in the directory', () => {
    expect(subjectsOf('visits.check_in', { account_id: 'a1' }).map(({ kind }) => kind)).toEqual([
      'account',
      'account_card',
    ])
    expect(subjectsOf('visits.check_out', { id: 'v1' })).toEqual([{ kind: 'visit', id: 'v1' }])
    expect(subjectsOf('tickets.create', { id: 't1', account_id: 'a1' })[0]).toEqual({ kind: 'account', id: 'a1' })
    expect(subjectsOf('quotes.send', { id: 'q1' })).toEqual([])
  })
})

describe('refusals', () => {
  const refusal = (part: Partial<Refusal> = {}): Refusal => ({
    id: 'r1',
    device_id: 'd1',
    seq: 4,
    name: 'accounts.edit',
    v: 1,
    args: { id: 'a1', set: { phone: '2' }, base: { phone: '1' } },
    code: 'not_owner',
    params: {},
    at: '2026-11-20T01:00:00Z',
    author_id: 'rep',
    owner_id: 'other',
    about: { kind: 'account', id: 'a1' },
    title: 'Chenghu',
    state: 'open',
    outcome: null,
    ...part,
  })
  const entry = (seq: number, sent: number, state = 'rejected'): any => ({
    seq,
    name: 'accounts.edit',
    v: 1,
    at: '2026-11-20T02:00:00Z',
    args: {},
    state,
    touches: [],
    receipt: { code: 'not_owner' },
    sent_as: { device: 'd1', seq: sent },
  })

  it('show each refused entry once', () => {
    const items = refusedItems([refusal()], [entry(4, 4), entry(5, 5), entry(6, 6, 'applied')])
    expect(items.map((item) => [item.key, item.refusal?.id ?? null, item.entry?.seq ?? null])).toEqual([
      ['entry-5', null, 5],
      ['r1', 'r1', 4],
    ])
  })
  it('leave out what is closed, here and there', () => {
    expect(refusedItems([refusal({ state: 'closed' })], [entry(4, 4)])).toEqual([])
  })
  it('know the customer that can be handed over to', () => {
    expect(customerOf({ name: 'accounts.edit', args: { id: 'a1' }, refusal: null })).toBe('a1')
    expect(
      customerOf({
        name: 'accounts.create',
        args: { id: 'a1' },
        refusal: null,
      }),
    ).toBeNull()
    expect(
      customerOf({
        name: 'contacts.create',
        args: { account_id: 'a2' },
        refusal: null,
      }),
    ).toBe('a2')
    expect(
      customerOf({
        name: 'contacts.edit',
        args: { id: 'k' },
        refusal: refusal(),
      }),
    ).toBe('a1')
  })
  it('show what was put in, not the ids', () => {
    expect(payloadLines({ id: 'a', set: { phone: '2' }, base: { phone: '1' } })).toEqual([
      { field: 'phone', value: '2', before: '1' },
    ])
    expect(payloadLines({ id: 'a', account_id: 'b', name: 'x', phone: null })).toEqual([{ field: 'name', value: 'x' }])
  })
})

describe('bucket checks', () => {
  it('gathers customers into one line and takes the oldest check', () => {
    const summary = summariseBuckets([
      { bucket: 'account:1', count: 3, checkedAt: '2026-11-20T03:00:00Z' },
      { bucket: 'org', count: 20, checkedAt: null },
      { bucket: 'account:2', count: 4, checkedAt: '2026-11-20T01:00:00Z' },
      { bucket: 'pool:1', count: 1, checkedAt: null },
    ])
    expect(summary.map(({ group, count, checkedAt }) => [group, count, checkedAt])).toEqual([
      ['org', 20, null],
      ['account', 7, '2026-11-20T01:00:00Z'],
      ['other', 1, null],
    ])
  })
})
