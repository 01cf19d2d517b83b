/** Where this phone stands in the server's history; the cursor is opaque, kept and handed back. */

import { DEFAULT_LIMITS, type DocumentKey, type HelloAnswer } from './messages'
import { renumber } from './outbox'
import type { StoreTransaction, SyncState } from './stores/store'

export function firstState(device: string, schema: number): SyncState {
  return {
    device,
    term: 0,
    epoch: null,
    cursor: null,
    refetch: [],
    generation: 1,
    sweep: false,
    next_seq: 1,
    confirmed: 0,
    limits: DEFAULT_LIMITS,
    schema,
    last_synced_at: null,
    skew_ms: null,
    revoked: false,
  }
}

/**
 * The state as it is stored; made on first use. Where it alone was lost, what the outbox holds is numbered under a
 * new device, and what is held of documents counts as belonging to the past.
 */
export async function currentState(tx: StoreTransaction, newDevice: () => string, schema: number): Promise<SyncState> {
  const held = await tx.state()
  if (held?.device) return held
  const state = firstState(newDevice(), schema)
  const rows = await tx.documentsBefore(Infinity)
  state.generation = rows.reduce((latest, { generation }) => Math.max(latest, generation), 1)
  await renumber(tx, state, 0, () => false)
  return state
}

/** Another history, or other document shapes: everything is pulled anew and the outbox is kept. */
export function startOver(state: SyncState): void {
  state.cursor = null
  state.refetch = []
}

export function greet(state: SyncState, hello: HelloAnswer): void {
  state.epoch = hello.epoch
  state.limits = {
    mutations: Math.max(1, hello.limits.mutations),
    bytes: Math.max(1_024, hello.limits.bytes),
    rows: Math.max(1, hello.limits.rows),
  }
}

/** Buckets to fetch again before anything is sent for: above this many, everything. */
const MOST_REFETCHED = 100

/** Looks for documents that the database has lost, and asks for them again. */
export async function askForLost(tx: StoreTransaction, state: SyncState): Promise<void> {
  if (state.cursor === null || state.sweep) return
  const ledger = await tx.buckets()
  const lost: string[] = []
  for (const { bucket, count } of ledger) {
    if ((await tx.countInBucket(bucket)) !== count) lost.push(bucket)
  }
  if (ledger.length === 0 || lost.length > MOST_REFETCHED) startOver(state)
  else state.refetch = [...new Set([...state.refetch, ...lost])]
}

/** The next pull brings everything again; until then what is held stays in sight. */
export async function forgetPlace(tx: StoreTransaction): Promise<void> {
  const state = await tx.state()
  if (!state) return
  startOver(state)
  await tx.putState(state)
}

/** Takes every document away and keeps the outbox; the answer is what was taken. */
export async function forgetDocuments(tx: StoreTransaction): Promise<DocumentKey[]> {
  const state = await tx.state()
  if (!state) return []
  const rows = await tx.documentsBefore(state.generation + 1)
  await tx.deleteDocuments(rows)
  await tx.putBuckets([])
  startOver(state)
  await tx.putState(state)
  return rows.map(({ kind, id }) => ({ kind, id }))
}
