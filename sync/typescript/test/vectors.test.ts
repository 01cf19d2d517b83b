import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { disagreeing, include, type BucketSum } from '../src/checks'
import { firstState } from '../src/cursor'
import { mergeField, mergeRecord, type MergePolicies, type MergePolicy } from '../src/merge'
import type { Check, Json, PullAnswer, Row } from '../src/messages'
import { TRANSITIONS, type OutboxEvent, type OutboxState } from '../src/outbox'
import { slices, storeSlice } from '../src/pull'
import { MemoryStore } from '../src/stores/memory'
import { playReceipts, type ReceiptsCase } from './support/receipts'

const DIRECTORY = new URL('../../vectors/', import.meta.url)

function load<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, DIRECTORY), 'utf8')) as T
}

it('knows every file of vectors', () => {
  const files = readdirSync(DIRECTORY).filter((name) => name.endsWith('.json'))
  expect(files.sort()).toEqual([
    'answers.json',
    'checklists.json',
    'checks.json',
    'handover.json',
    'merge.json',
    'pull.json',
    'receipts.json',
    'returns.json',
    'tickets.json',
    'verdict.json',
  ])
})

type FieldCase = {
  name: string
  policy: MergePolicy
  base: Json
  current: Json
  set: Json
  merged: Json
  conflict: boolean
}
type Fields = Record<string, Json>
type RecordCase = {
  name: string
  policies: MergePolicies
  base: Fields
  current: Fields
  set: Fields
  merged: Fields
  conflicts: string[]
}
const merge = load<{ cases: FieldCase[]; records: RecordCase[] }>('merge.json')

describe('merge.json', () => {
  it.each(merge.cases)('$name', ({ policy, base, current, set, merged, conflict }) => {
    expect(mergeField(policy, base, current, set)).toEqual({ merged, conflict })
  })
  it.each(merge.records)('$name', ({ policies, base, current, set, merged, conflicts }) => {
    expect(mergeRecord(policies, base, current, set)).toEqual({ merged, conflicts })
  })
})

type Held = [bucket: string, kind: string, id: string, seq: number]
const checks = load<{
  cases: { name: string; rows: Held[]; checks: Check[] }[]
  mismatches: { name: string; held: Check[]; checks: Check[]; refetch: string[] }[]
}>('checks.json')

describe('checks.json', () => {
  it.each(checks.cases)('$name', ({ rows, checks: expected }) => {
    const sums = new Map<string, BucketSum>()
    for (const [bucket, , , seq] of rows) sums.set(bucket, include(sums.get(bucket) ?? { count: 0, sum: 0 }, seq))
    const found = [...sums].map(([bucket, { count, sum }]) => [bucket, count, sum])
    expect(found.sort()).toEqual(expected)
  })
  it.each(checks.mismatches)('$name', ({ held, checks: answer, refetch }) => {
    const sums = new Map(held.map(([bucket, count, sum]) => [bucket, { count, sum }]))
    expect(disagreeing(answer, (bucket) => sums.get(bucket))).toEqual(refetch)
  })
})

type Transition = { state: OutboxState; event: OutboxEvent; next: OutboxState | null }
const receipts = load<{ transitions: Transition[]; cases: ReceiptsCase[] }>('receipts.json')

describe('receipts.json', () => {
  it.each(receipts.transitions)('$state, $event', ({ state, event, next }) => {
    expect(TRANSITIONS[state][event]).toBe(next)
  })
  it('lists every state and event', () => {
    const own = Object.entries(TRANSITIONS).flatMap(([state, events]) =>
      Object.keys(events).map((event) => `${state} ${event}`),
    )
    expect(receipts.transitions.map(({ state, event }) => `${state} ${event}`).sort()).toEqual(own.sort())
  })
  it.each(receipts.cases)('$name', playReceipts)
})

type PullStep = { answer: PullAnswer & { rows: Row[] }; asked?: string; ignored?: boolean }
type PullCase = {
  name: string
  steps: PullStep[]
  visible: Record<string, Json>
  held: Check[]
  refetch: string[]
}
const pulls = load<{ cases: PullCase[] }>('pull.json')

describe('pull.json', () => {
  it.each(pulls.cases)('$name', async ({ steps, visible, held, refetch }) => {
    const store = new MemoryStore('vectors')
    await store.transaction((tx) => tx.putState({ ...firstState('device', 1), epoch: 'e1' }))
    const overlay = { handlers: {}, userId: 'vectors', generation: 1 }
    for (const { answer, asked, ignored } of steps) {
      const cursor = await store.transaction(async (tx) => (await tx.state())?.cursor ?? null)
      for (const slice of slices(answer)) {
        const stored = await store.transaction((tx) =>
          storeSlice(tx, asked ?? cursor, answer, slice, overlay, answer.server_time),
        )
        expect(stored === null).toBe(ignored ?? false)
      }
    }
    await store.transaction(async (tx) => {
      const rows = await tx.documentsBefore(Infinity)
      expect(Object.fromEntries(rows.map((row) => [`${row.kind}/${row.id}`, row.document]))).toEqual(visible)
      const sums = (await tx.buckets()).map(({ bucket, count, sum }) => [bucket, count, sum])
      expect(sums.sort()).toEqual(held)
      expect((await tx.state())?.refetch).toEqual(refetch)
    })
  })
})
