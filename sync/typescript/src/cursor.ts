/** Where this phone stands in the server's history; the cursor is opaque, kept and handed back. */

import { DEFAULT_LIMITS, type DocumentKey, type HelloAnswer } from './messages'
import type { StoreTransaction, SyncState } from './stores/store'

export function firstState(device: string, schema: number): SyncState {
  return {
    device,
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
