import { expect } from 'vitest'
import { Cycle } from '../../src/cycle'
import { firstState } from '../../src/cursor'
import { Refused } from '../../src/errors'
import { DEFAULT_LIMITS, type Doc, type Receipt } from '../../src/messages'
import { dismiss, needsAttention, prune, requeueSending, type OutboxEntry, type OutboxState } from '../../src/outbox'
import { slices, storeSlice } from '../../src/pull'
import { storeReceipts, takeBatch } from '../../src/push'
import type { StoreTransaction, SyncState } from '../../src/stores/store'
import { MemoryStore } from '../../src/stores/memory'
import type { Transport } from '../../src/transport'
import { ManualClock, seededRandom } from './ports'

interface Seen {
  seq: number
  id: string
  state: OutboxState
  effect: boolean
  acknowledged_at?: string
}

type Step =
  | { send: number }
  | { lost: true }
  | { receipts: Receipt[] }
  | { pulled: number }
  | { receipt_document: Doc }
  | { error: { code: string; params?: Doc }; hello?: { last_seq: number } }
  | { dismiss: number }
  | { prune: true }

export interface ReceiptsCase {
  name: string
  now: string
  before: Seen[]
  steps: Step[]
  after: Seen[]
  sends?: number[]
  attention?: number
}

const DEVICE = 'device'
const OVERLAY = { handlers: {}, userId: 'vectors', generation: 1 }

/** Plays one case of receipts.json against the real outbox over a store in memory. */
export async function playReceipts({ now, before, steps, after, sends, attention }: ReceiptsCase): Promise<void> {
  const store = new MemoryStore('vectors')
  await store.transaction((tx) => arrange(tx, before))
  const late: Doc[] = []
  for (const step of steps) {
    if ('receipt_document' in step) late.push(step.receipt_document)
    else if ('error' in step) await refuse(store, step, now)
    else await store.transaction((tx) => play(tx, step, late, now))
  }
  const entries = await store.transaction((tx) => tx.entries())
  const found = entries.map((entry) => ({
    seq: entry.seq,
    id: entry.args.id,
    state: entry.state,
    effect: !entry.settled,
  }))
  expect(found).toEqual(after.map(({ seq, id, state, effect }) => ({ seq, id, state, effect })))
  if (attention !== undefined) expect(entries.filter(needsAttention)).toHaveLength(attention)
  if (sends) expect(entries.filter(({ state }) => state === 'queued').map(({ seq }) => seq)).toEqual(sends)
}

async function arrange(tx: StoreTransaction, before: Seen[]): Promise<void> {
  const entries = before.map(({ seq, id, state, effect, acknowledged_at }): OutboxEntry => {
    const answered = state !== 'queued' && state !== 'sending'
    return {
      ...{ seq, name: 'test', v: 1, at: '2026-11-20T10:00:00.000Z', args: { id }, state, touches: [] },
      ...{ acknowledged_at, settled: !effect, dismissed: false },
      ...(answered ? { sent_as: { device: DEVICE, seq } } : {}),
    }
  })
  await tx.putEntries(entries)
  const next = Math.max(0, ...before.map(({ seq }) => seq)) + 1
  const epoch = { epoch: 'e1', limits: DEFAULT_LIMITS, next_seq: next }
  await tx.putState({ ...firstState(DEVICE, 1), ...epoch })
}

async function play(
  tx: StoreTransaction,
  step: Exclude<Step, { error: object } | { receipt_document: Doc }>,
  late: Doc[],
  now: string,
): Promise<void> {
  const state = (await tx.state()) as SyncState
  if ('send' in step) await takeBatch(tx, state, step.send)
  if ('lost' in step) await requeueSending(tx)
  if ('dismiss' in step) await dismiss(tx, step.dismiss)
  if ('prune' in step) await prune(tx, Date.parse(now))
  if ('receipts' in step) {
    const answer = { epoch: 'e1', server_time: now, last_seq: 0, committed: 0, receipts: step.receipts }
    await storeReceipts(tx, state, answer, OVERLAY, now)
  }
  if ('pulled' in step) {
    const rows = late.map((doc, i) => ['user:u', 'receipt', `r${i}`, i + 1, { device_id: DEVICE, ...doc }])
    const answer = {
      ...{ epoch: 'e1', cursor: 'c', more: false, reset: false, server_time: now, last_seq: step.pulled },
      ...{ drop: [], checks: [], rows: rows as never },
    }
    for (const slice of slices(answer)) await storeSlice(tx, state.cursor, answer, slice, OVERLAY, now)
  }
}

/** Lets a real cycle meet the refusal, and stops it at its next push, whose mutations the case may name. */
async function refuse(store: MemoryStore, step: Extract<Step, { error: object }>, now: string): Promise<void> {
  const { code, params } = step.error
  const clock = new ManualClock(Date.parse(now))
  const stop = new Refused(500, 'stop_here')
  let refused = false
  const epoch = () => (refused && typeof params?.epoch === 'string' ? params.epoch : 'e1')
  const transport: Transport = {
    hello: async () => ({
      ...{
        epoch: epoch(),
        schema: { min: 1, current: 1 },
        last_seq: (refused ? step.hello?.last_seq : 0) ?? 0,
      },
      ...{ server_time: now, limits, user: {}, server: 'test' },
    }),
    push: async () => {
      if (refused) throw stop
      refused = true
      throw new Refused(409, code, params)
    },
    pull: () => Promise.reject(stop),
    request: () => Promise.reject(stop),
  }
  const batch = await store.transaction((tx) => tx.entriesIn('sending'))
  const limits = { ...DEFAULT_LIMITS, mutations: batch.length || DEFAULT_LIMITS.mutations }
  const ports = { store, transport, clock, random: seededRandom(1), overlay: OVERLAY }
  const profile = { app: 'test', schema: 1, platform: 'test', deviceName: 'test' }
  const silent = () => {}
  const cycle = new Cycle({ ...ports, profile, onPhase: silent, onProgress: silent, onChange: silent })
  await expect(cycle.run()).rejects.toThrow()
}
