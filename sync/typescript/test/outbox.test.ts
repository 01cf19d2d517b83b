import { expect, it } from 'vitest'
import { MOST_ACKNOWLEDGED, prune, type OutboxEntry } from '../src/outbox'
import { MemoryStore } from '../src/stores/memory'

const NOW = '2026-11-23T02:00:00.000Z'

function entry(seq: number, changes: Partial<OutboxEntry> = {}): OutboxEntry {
  const recorded = { seq, name: 'test', v: 1, at: NOW, args: {}, touches: [], dismissed: false }
  return { ...recorded, state: 'applied', acknowledged_at: NOW, settled: true, ...changes }
}

it('keeps the newest of what was acknowledged, and all that waits or needs the user', async () => {
  const store = new MemoryStore('outbox')
  const needed = [
    entry(1, { state: 'rejected' }),
    entry(2, { state: 'merged' }),
    entry(3, { state: 'parked', settled: false }),
    entry(4, { state: 'queued', settled: false }),
    entry(5, { settled: false }),
  ]
  const acknowledged = Array.from({ length: MOST_ACKNOWLEDGED + 2 }, (_, i) => entry(i + 6))
  await store.transaction(async (tx) => {
    await tx.putEntries([...needed, ...acknowledged])
    await prune(tx, Date.parse(NOW))
  })
  const left = await store.transaction((tx) => tx.entries())
  expect(left.map(({ seq }) => seq)).toEqual([...needed, ...acknowledged.slice(2)].map(({ seq }) => seq))
})
