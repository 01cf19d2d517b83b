import { describe, expect, it } from 'vitest'
import { phone, STORES } from './support/phone'

describe.each(STORES)('recording, over %s', (_, make) => {
  it('shows an own write at once and keeps it queued', async () => {
    const { engine } = phone(make)
    const entry = await engine.record('items.create', { id: 'a', text: 'x' })
    expect(entry).toMatchObject({
      seq: 1,
      name: 'items.create',
      v: 1,
      state: 'queued',
      touches: [{ kind: 'item', id: 'a' }],
    })
    expect(await engine.get('item', 'a')).toEqual({ id: 'a', text: 'x' })
    expect(engine.status()).toMatchObject({ waiting: 1, oldestWaitingAt: entry.at, attention: 0 })
    expect(await engine.pendingFor('a')).toHaveLength(1)
    expect(await engine.pendingFor('b')).toHaveLength(0)
  })

  it('takes the seq in the transaction that stores the mutation: many at once, no gap, no number twice', async () => {
    const { engine, store } = phone(make)
    const tab = phone(make, { store }).engine
    const writes = Array.from({ length: 40 }, (_, i) => (i % 2 ? engine : tab).record('items.create', { id: `i${i}` }))
    const seqs = (await Promise.all(writes)).map(({ seq }) => seq)
    expect(seqs.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
  })

  it('a mutation whose local effect fails is not recorded and uses no seq', async () => {
    const { engine } = phone(make)
    await expect(engine.record('items.broken', { id: 'a' })).rejects.toThrow('a handler that fails')
    expect((await engine.record('items.create', { id: 'a' })).seq).toBe(1)
  })

  it('refuses what it does not know and what the server would never take', async () => {
    const { engine } = phone(make)
    await expect(engine.record('items.unknown', {})).rejects.toMatchObject({ code: 'unknown_mutation' })
    const text = 'x'.repeat(4_194_304)
    await expect(engine.record('items.create', { id: 'a', text })).rejects.toMatchObject({
      code: 'mutation_too_large',
    })
    expect(engine.status().waiting).toBe(0)
  })

  it('stores what JSON carries: no proxies, no undefined, dates as text', async () => {
    const { engine } = phone(make)
    const args = new Proxy({ id: 'a', none: undefined, at: new Date(0), number: NaN }, {})
    const entry = await engine.record('items.create', args)
    expect(entry.args).toEqual({ id: 'a', at: '1970-01-01T00:00:00.000Z', number: null })
  })

  it('an outbox of 10,000 says so instead of growing', async () => {
    const { engine, store } = phone(make)
    await engine.record('items.create', { id: 'first' })
    await store.transaction(async (tx) => {
      const [first] = await tx.entries()
      if (!first) throw new Error('nothing recorded')
      await tx.putEntries(Array.from({ length: 9_999 }, (_, i) => ({ ...first, seq: i + 2, touches: [] })))
    })
    await expect(engine.record('items.create', { id: 'b' })).rejects.toMatchObject({
      code: 'outbox_full',
      params: { limit: 10_000 },
    })
    expect(await engine.get('item', 'b')).toBeUndefined()
  })
})
