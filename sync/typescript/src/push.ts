/** Makes the next batch of the outbox and stores what the server answered to it. */

import type { DocumentKey, Limits, Mutation, PushAnswer, PushRequest } from './messages'
import { markSending, requeueSending, takeReceipts, type OutboxEntry } from './outbox'
import { rebase, type Overlay } from './overlay'
import type { StoreTransaction, SyncState } from './stores/store'

/** Room for everything in a push but its mutations. */
export const ENVELOPE_BYTES = 1_024

const encoder = new TextEncoder()

export function bytesOf(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length
}

export function wireMutation({ seq, name, v, at, args }: OutboxEntry): Mutation {
  return { seq, name, v, at, args }
}

/**
 * The longest run from the front that keeps both limits; at least one, which was measured when it was
 * recorded.
 */
export function batchOf(entries: OutboxEntry[], limits: Pick<Limits, 'mutations' | 'bytes'>): OutboxEntry[] {
  let bytes = ENVELOPE_BYTES
  const fitting = entries.slice(0, limits.mutations).findIndex((entry) => {
    bytes += bytesOf(wireMutation(entry)) + 1
    return bytes > limits.bytes
  })
  const count = fitting < 0 ? Math.min(entries.length, limits.mutations) : Math.max(1, fitting)
  return entries.slice(0, count)
}

/** Takes the next batch off the queue, marked as being sent; null when nothing waits. */
export async function takeBatch(tx: StoreTransaction, state: SyncState, most: number): Promise<OutboxEntry[] | null> {
  const mutations = Math.max(1, Math.min(state.limits.mutations, most))
  const batch = batchOf(await tx.entriesIn('queued', mutations), { mutations, bytes: state.limits.bytes })
  if (batch.length === 0) return null
  await markSending(tx, batch)
  return batch
}

export function pushRequest(state: SyncState, batch: OutboxEntry[], sentAt: string): PushRequest {
  const { device, epoch, confirmed } = state
  return { device, epoch: epoch ?? '', confirmed, sent_at: sentAt, mutations: batch.map(wireMutation) }
}

/**
 * Stores the receipts in one transaction; what came without one waits again, what was refused shows no more.
 */
export async function storeReceipts(
  tx: StoreTransaction,
  state: SyncState,
  answer: PushAnswer,
  overlay: Overlay,
  now: string,
): Promise<DocumentKey[]> {
  const refused = await takeReceipts(tx, state, answer.receipts, now)
  await requeueSending(tx)
  await tx.putState(state)
  if (refused.length === 0) return []
  const touched = refused.flatMap((entry) => entry.touches)
  return rebase(tx, touched, overlay)
}
