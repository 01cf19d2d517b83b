import { describe, expect, it } from 'vitest'
import { firstState } from '../src/cursor'
import type { HeldDocument, OutboxEntry, OutboxState, Store } from '../src/stores/store'
import { newUser, STORES } from './support/phone'

function row(id: string, document: HeldDocument['document'], part: Partial<HeldDocument> = {}): HeldDocument {
  return { kind: 'item', id, document, buckets: ['org'], seqs: [1], generation: 1, pending: false, ...part }
}

function entry(seq: number, state: OutboxState = 'queued', part: Partial<OutboxEntry> = {}): OutboxEntry {
  const recorded = { name: 'items.create', v: 1, at: '2026-11-22T10:00:00.000Z', args: {}, touches: [] }
  return { ...recorded, seq, state, settled: false, dismissed: false, ...part }
}

async function fill(store: Store, rows: HeldDocument[]): Promise<Store> {
  await store.transaction((tx) => tx.putDocuments(rows))
  return store
}

describe.each(STORES)('the store, %s', (_, make) => {
  it('is one database per user', async () => {
    const [mine, yours] = [make(newUser()), make(newUser())]
    await fill(mine, [row('a', { id: 'a' })])
    expect(mine.name).toBe(`cairn-${mine.userId}`)
    expect(await mine.get('item', 'a')).toEqual({ id: 'a' })
    expect(await yours.get('item', 'a')).toBeUndefined()
  })

  it('lists a kind in its order, forwards and backwards, in part', async () => {
    const store = await fill(make(newUser()), [
      row('a', { id: 'a', rank: 3 }),
      row('b', { id: 'b', rank: 1 }),
      row('c', { id: 'c', rank: 2 }),
      row('d', { id: 'd', rank: 9 }, { kind: 'other' }),
    ])
    const ids = async (options?: object) => (await store.list('item', options)).map(({ id }) => id)
    expect(await ids()).toEqual(['b', 'c', 'a'])
    expect(await ids({ reverse: true })).toEqual(['a', 'c', 'b'])
    expect(await ids({ limit: 1, offset: 1 })).toEqual(['c'])
    expect(await ids({ offset: 2 })).toEqual(['a'])
    expect(await store.count('item')).toBe(3)
    expect((await store.list('other')).map(({ id }) => id)).toEqual(['d'])
  })

  it('equal orders come by id; texts come after numbers and by code units', async () => {
    const orders = ['é', 'z', 'Z', '苏', 10, 9, 9]
    const rows = orders.map((rank, i) => row(`i${i}`, { id: `i${i}`, rank }))
    const store = await fill(make(newUser()), rows)
    expect((await store.list('item')).map(({ rank }) => rank)).toEqual([9, 9, 10, 'Z', 'z', 'é', '苏'])
    expect((await store.list('item', { limit: 2 })).map(({ id }) => id)).toEqual(['i5', 'i6'])
    expect((await store.list('item', { reverse: true, limit: 1 })).map(({ rank }) => rank)).toEqual(['苏'])
  })

  it('finds by reference, exactly and within the kind', async () => {
    const store = await fill(make(newUser()), [
      row('a', { id: 'a', list: 'l', rank: 2 }),
      row('b', { id: 'b', list: 'l', rank: 1 }),
      row('c', { id: 'c', list: 'l2' }),
      row('d', { id: 'd' }),
    ])
    expect((await store.list('item', { ref: 'list:l' })).map(({ id }) => id)).toEqual(['b', 'a'])
    expect((await store.list('item', { ref: 'list:l', reverse: true, limit: 1 })).map(({ id }) => id)).toEqual(['a'])
    expect(await store.count('item', 'list:l')).toBe(2)
    expect(await store.list('item', { ref: 'list' })).toEqual([])
    expect(await store.list('other', { ref: 'list:l' })).toEqual([])
  })

  it('a hidden document is in no list but keeps its place in its buckets', async () => {
    const hidden = { pending: true, server: { id: 'a', list: 'l' } }
    const store = await fill(make(newUser()), [row('a', null, hidden), row('b', { id: 'b' })])
    expect(await store.get('item', 'a')).toBeUndefined()
    expect((await store.list('item')).map(({ id }) => id)).toEqual(['b'])
    expect(await store.count('item')).toBe(1)
    expect(await store.count('item', 'list:l')).toBe(0)
    await store.transaction(async (tx) => {
      expect(await tx.countInBucket('org')).toBe(2)
      expect(await tx.documents([{ kind: 'item', id: 'a' }])).toEqual([row('a', null, hidden)])
    })
  })

  it('stores all of a transaction or nothing', async () => {
    const store = make(newUser())
    const broken = store.transaction(async (tx) => {
      await tx.putDocuments([row('a', { id: 'a' })])
      await tx.putEntries([entry(1)])
      await tx.putState(firstState('d', 1))
      throw new Error('cut')
    })
    await expect(broken).rejects.toThrow('cut')
    await store.transaction(async (tx) => {
      expect([await tx.countDocuments(), await tx.entries(), await tx.state()]).toEqual([0, [], undefined])
    })
  })

  it('runs transactions one after the other, each seeing what the last stored', async () => {
    const store = make(newUser())
    const count = async () => {
      await store.transaction(async (tx) => {
        const state = (await tx.state()) ?? firstState('d', 1)
        await tx.putState({ ...state, next_seq: state.next_seq + 1 })
      })
    }
    await Promise.all(Array.from({ length: 25 }, count))
    expect((await store.transaction((tx) => tx.state()))?.next_seq).toBe(26)
  })

  it('gives copies: what a reader changes stays the reader’s', async () => {
    const store = await fill(make(newUser()), [row('a', { id: 'a', tags: ['x'] })])
    const document = await store.get('item', 'a')
    document?.tags.push('y')
    expect(await store.get('item', 'a')).toEqual({ id: 'a', tags: ['x'] })
  })

  it('answers for many keys in their order, held or not', async () => {
    const rows = Array.from({ length: 150 }, (_, i) => row(`i${i}`, { id: `i${i}` }))
    const store = await fill(make(newUser()), [...rows, row('i3', { id: 'i3' }, { kind: 'other' })])
    const keys = Array.from({ length: 300 }, (_, i) => ({ kind: 'item', id: `i${299 - i}` }))
    const found = await store.transaction((tx) => tx.documents(keys))
    expect(found.map((held) => held?.id)).toEqual(keys.map(({ id }, i) => (i < 150 ? undefined : id)))
  })

  it('finds documents by bucket and by generation, and forgets them', async () => {
    const both = { buckets: ['org', 'account:1'], seqs: [1, 2] }
    const store = await fill(make(newUser()), [row('a', { id: 'a' }, both), row('b', { id: 'b' }, { generation: 2 })])
    await store.transaction(async (tx) => {
      expect((await tx.documentsInBucket('account:1')).map(({ id }) => id)).toEqual(['a'])
      expect(await tx.countInBucket('org')).toBe(2)
      expect((await tx.documentsBefore(2)).map(({ id }) => id)).toEqual(['a'])
      await tx.deleteDocuments([{ kind: 'item', id: 'a' }])
      expect(await tx.countInBucket('account:1')).toBe(0)
    })
  })

  it('keeps the outbox in the order of seq, by state, by effect and by what it touches', async () => {
    const store = make(newUser())
    const touches = [
      { kind: 'item', id: 'a' },
      { kind: 'note', id: 'a' },
    ]
    await store.transaction(async (tx) => {
      await tx.putEntries([
        entry(10),
        entry(2, 'queued', { touches }),
        entry(-1, 'rejected', { settled: true }),
        entry(3, 'applied'),
      ])
      expect((await tx.entries()).map(({ seq }) => seq)).toEqual([-1, 2, 3, 10])
      expect((await tx.entriesIn('queued')).map(({ seq }) => seq)).toEqual([2, 10])
      expect((await tx.entriesIn('queued', 1)).map(({ seq }) => seq)).toEqual([2])
      expect(await tx.countIn('queued')).toBe(2)
      expect((await tx.unsettledEntries()).map(({ seq }) => seq)).toEqual([2, 3, 10])
      expect(await tx.entry(3)).toEqual(entry(3, 'applied'))
    })
    expect(await store.entriesTouching('a')).toEqual([entry(2, 'queued', { touches })])
    await store.transaction((tx) => tx.deleteEntries([2, 99]))
    expect(await store.entriesTouching('a')).toEqual([])
  })

  it('keeps buckets and files, and wipes everything', async () => {
    const store = make(newUser())
    const held = { bucket: 'org', count: 1, sum: 1, checked_at: null }
    await store.transaction(async (tx) => {
      await tx.putBuckets([{ ...held, bucket: 'account:1' }])
      await tx.putBuckets([held])
      await tx.putBlob('f', new Blob(['bytes']))
      expect(await tx.buckets()).toEqual([held])
    })
    const blob = await store.transaction((tx) => tx.blob('f'))
    expect(await blob?.text()).toBe('bytes')
    await store.wipe()
    await store.transaction(async (tx) => {
      expect([await tx.buckets(), await tx.blob('f')]).toEqual([[], undefined])
    })
  })
})
