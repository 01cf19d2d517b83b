/** The outbox: what this device recorded, and what the server has said to it. */

import type { Doc, DocumentKey, Receipt, ReceiptStatus } from './messages'
import type { OutboxEntry, OutboxState, StoreTransaction, SyncState } from './stores/store'

export type { OutboxEntry, OutboxState } from './stores/store'
export type OutboxEvent = 'send' | 'lost' | 'restart' | ReceiptStatus

/** Total: an event that changes nothing in a state is null, so the first terminal receipt stands. */
export const TRANSITIONS: Record<OutboxState, Record<OutboxEvent, OutboxState | null>> = {
  queued: receiving({ send: 'sending', lost: 'queued', restart: 'queued' }),
  sending: receiving({ send: null, lost: 'queued', restart: 'queued' }),
  parked: { ...receiving({ send: null, lost: null, restart: 'queued' }), parked: null },
  applied: closed('queued'),
  merged: closed('queued'),
  rejected: closed(null),
}

type OwnEvent = Exclude<OutboxEvent, ReceiptStatus>

function receiving(own: Record<OwnEvent, OutboxState | null>): Record<OutboxEvent, OutboxState | null> {
  return { ...own, applied: 'applied', merged: 'merged', rejected: 'rejected', parked: 'parked' }
}

function closed(restart: OutboxState | null): Record<OutboxEvent, OutboxState | null> {
  return { send: null, lost: null, restart, applied: null, merged: null, rejected: null, parked: null }
}

/** Waiting mutations the outbox takes before it asks the user to connect first. */
export const OUTBOX_LIMIT = 10_000
/** How long acknowledged mutations are kept, in case the server is restored from a backup. */
export const KEEP_ACKNOWLEDGED_MS = 7 * 24 * 3_600_000
/** And how many of them, the newest: more than anybody records in that time. */
export const MOST_ACKNOWLEDGED = 10_000

export function isWaiting(entry: OutboxEntry): boolean {
  return entry.state === 'queued' || entry.state === 'sending'
}

export function needsAttention(entry: OutboxEntry): boolean {
  return (entry.state === 'rejected' || entry.state === 'merged') && !entry.dismissed
}

/** Stores the verdicts of one push answer; the answer is those that were refused. */
export async function takeReceipts(
  tx: StoreTransaction,
  state: SyncState,
  receipts: Receipt[],
  now: string,
): Promise<OutboxEntry[]> {
  const sent = new Map((await tx.entriesIn('sending')).map((entry) => [entry.seq, entry]))
  const verdicts = receipts.flatMap((receipt) => {
    const entry = sent.get(receipt.seq)
    const after = entry && acknowledge(entry, receipt, { device: state.device, seq: receipt.seq }, now)
    if (!after) return []
    sent.delete(receipt.seq)
    state.confirmed = Math.max(state.confirmed, receipt.seq)
    return [after]
  })
  await tx.putEntries(verdicts)
  return verdicts.filter((entry) => entry.state === 'rejected')
}

/**
 * A late receipt or a closed refusal that arrived as a document; an effect it ends ends with the pull's last
 * page.
 */
export async function takeLateVerdict(tx: StoreTransaction, kind: string, document: Doc, now: string): Promise<void> {
  const state = kind === 'receipt' ? 'parked' : 'rejected'
  const entry = (await tx.entriesIn(state)).find(
    ({ sent_as }) => sent_as?.device === document.device_id && sent_as?.seq === document.seq,
  )
  if (!entry) return
  if (kind === 'refusal') {
    if (document.state === 'closed') await dismiss(tx, entry.seq)
    return
  }
  const after = acknowledge(entry, document as unknown as Receipt, entry.sent_as, now)
  if (after) await tx.putEntries([{ ...after, settled: entry.settled }])
}

function acknowledge(
  entry: OutboxEntry,
  receipt: Receipt,
  sentAs: OutboxEntry['sent_as'],
  now: string,
): OutboxEntry | undefined {
  const state = TRANSITIONS[entry.state][receipt.status]
  if (state === null) return undefined
  const { seq, status, code, params, flags, conflicts } = receipt
  const settled = entry.settled || state === 'rejected'
  const kept = { seq, status, code, params, flags, conflicts }
  return { ...entry, state, receipt: kept, sent_as: sentAs, acknowledged_at: now, settled }
}

/**
 * Marks what is about to be sent; a crash from here on leaves `sending`, which the next leader takes as
 * lost.
 */
export async function markSending(tx: StoreTransaction, entries: OutboxEntry[]): Promise<void> {
  await tx.putEntries(entries.flatMap((entry) => moved(entry, 'send')))
}

/** No answer came: what was being sent waits again. */
export async function requeueSending(tx: StoreTransaction): Promise<void> {
  await tx.putEntries((await tx.entriesIn('sending')).flatMap((entry) => moved(entry, 'lost')))
}

function moved(entry: OutboxEntry, event: OutboxEvent): OutboxEntry[] {
  const state = TRANSITIONS[entry.state][event]
  return state === null ? [] : [{ ...entry, state }]
}

/**
 * Numbers what must be sent (again) from `lastSeq + 1`, in the order it was recorded.
 * Of what was acknowledged, `again` says what the server has lost; the rest stays behind.
 */
export async function renumber(
  tx: StoreTransaction,
  state: SyncState,
  lastSeq: number,
  again: (entry: OutboxEntry) => boolean,
): Promise<void> {
  const entries = await tx.entries()
  const sendable = (entry: OutboxEntry) =>
    isWaiting(entry) || (TRANSITIONS[entry.state].restart !== null && again(entry))
  let free = Math.min(0, ...entries.map((entry) => entry.seq)) - 1
  let next = lastSeq + 1
  const stay: OutboxEntry[] = entries
    .filter((entry) => !sendable(entry))
    .map((entry) => (entry.seq > lastSeq ? { ...entry, seq: free-- } : entry))
  const send = entries.filter(sendable).map((entry) => restarted(entry, next++))
  await tx.deleteEntries(entries.map((entry) => entry.seq))
  await tx.putEntries([...stay, ...send])
  state.next_seq = next
  state.confirmed = lastSeq
}

function restarted(entry: OutboxEntry, seq: number): OutboxEntry {
  if (entry.state === 'queued' && entry.seq === seq) return entry
  const { receipt, sent_as, acknowledged_at, ...kept } = entry
  const settled = isWaiting(entry) && entry.settled
  return { ...kept, seq, state: 'queued', settled, dismissed: false }
}

/** A restored server may lack what it had acknowledged: the last seven days go again. */
export function lostByRestore(now: number): (entry: OutboxEntry) => boolean {
  return (entry) => now - Date.parse(entry.acknowledged_at ?? '') <= KEEP_ACKNOWLEDGED_MS
}

/** One mutation is larger than the server takes: it is refused here, and those behind it move up. */
export async function refuseTooLarge(
  tx: StoreTransaction,
  state: SyncState,
  seq: number,
  now: string,
): Promise<OutboxEntry | undefined> {
  const entry = await tx.entry(seq)
  if (!entry) return undefined
  const receipt: Receipt = { seq, status: 'rejected', code: 'too_large', params: {} }
  const refused: OutboxEntry = { ...entry, state: 'rejected', receipt, acknowledged_at: now, settled: true }
  await tx.putEntries([refused])
  const confirmed = state.confirmed
  await renumber(tx, state, seq - 1, () => false)
  state.confirmed = Math.min(confirmed, seq - 1)
  return refused
}

/** Ends the local effect of what the pulled documents hold; the answer is what was ended. */
export async function settleThrough(tx: StoreTransaction, lastSeq: number): Promise<OutboxEntry[]> {
  const done = (await tx.unsettledEntries()).filter((entry) => entry.seq <= lastSeq && entry.state !== 'parked')
  await tx.putEntries(done.map((entry) => ({ ...entry, settled: true })))
  return done
}

/** A merged mutation is seen once its conflicts are on this phone: they ask the user from there. */
export async function noteArrivedConflicts(tx: StoreTransaction): Promise<void> {
  for (const entry of await tx.entriesIn('merged')) {
    const conflicts = entry.receipt?.conflicts ?? []
    if (entry.dismissed || conflicts.length === 0) continue
    const keys: DocumentKey[] = conflicts.map(({ id }) => ({ kind: 'conflict', id }))
    const held = await tx.documents(keys)
    if (held.every((row) => row?.document)) await tx.putEntries([{ ...entry, dismissed: true }])
  }
}

/**
 * The user has seen it: a refusal leaves the outbox with its effect, a merged one is only kept for a new
 * epoch.
 */
export async function dismiss(tx: StoreTransaction, seq: number): Promise<void> {
  const entry = await tx.entry(seq)
  if (!entry || !needsAttention(entry)) return
  if (entry.state === 'rejected' && entry.settled) await tx.deleteEntries([seq])
  else await tx.putEntries([{ ...entry, dismissed: true }])
}

/** Forgets what was acknowledged more than seven days ago, or too much since; never what waits or needs the user. */
export async function prune(tx: StoreTransaction, now: number): Promise<void> {
  const entries = (['applied', 'merged', 'rejected'] as const).map((state) => tx.entriesIn(state))
  const done = (await Promise.all(entries)).flat().filter((entry) => entry.settled && !needsAttention(entry))
  const recent = done.filter((entry) => entry.state !== 'rejected').filter(lostByRestore(now))
  const newest = recent.sort((one, other) => other.seq - one.seq).slice(0, MOST_ACKNOWLEDGED)
  const kept = new Set(newest.map((entry) => entry.seq))
  await tx.deleteEntries(done.map((entry) => entry.seq).filter((seq) => !kept.has(seq)))
}
