/** What the engine needs of a local database. Two keep it: memory (tests, Node) and IndexedDB (browsers). */

import type { Doc, DocumentKey, Json, Limits, Receipt } from '../messages'
import type { UploadState } from '../upload-rows'

export type OutboxState = 'queued' | 'sending' | 'applied' | 'merged' | 'rejected' | 'parked'

/** One recorded mutation and what became of it. */
export interface OutboxEntry {
  /** The number on the wire; negative when it belongs to a history the server has closed. */
  seq: number
  name: string
  v: number
  at: string

  args: any
  state: OutboxState
  receipt?: Receipt
  /** The documents its local effect shows in. */
  touches: DocumentKey[]
  acknowledged_at?: string
  /** Under which device and seq the receipt was given: late receipts and refusals name these. */
  sent_as?: { device: string; seq: number }
  /** The server's documents hold its effect (or never will), so it is not laid over them any more. */
  settled: boolean
  /** A merged one the user has seen. */
  dismissed: boolean
}

/** A document as screens see it, and what the server said of it. */
export interface HeldDocument extends DocumentKey {
  /** What screens see; null while a waiting mutation hides it. */
  document: Doc | null
  /** The buckets that hold it, and in the same order the seq that each brought. */
  buckets: string[]
  seqs: number[]
  /** The reset it came after; those of an earlier one are swept when the new pull is complete. */
  generation: number
  /** A waiting mutation touches it: then `server` is the server's version, null when it has none. */
  pending: boolean
  server?: Doc | null
}

export interface HeldBucket {
  bucket: string
  count: number
  sum: number
  checked_at: string | null
}

/** Everything the engine remembers that is neither a document nor a mutation. */
export interface SyncState {
  device: string
  /** Counts the cycles of all tabs: only the latest may write, however long an earlier one was frozen. */
  term?: number
  epoch: string | null
  cursor: string | null
  refetch: string[]
  generation: number
  /** Documents of an earlier generation may be left: sweep when the pull is complete. */
  sweep: boolean
  next_seq: number
  confirmed: number
  limits: Limits
  schema: number
  last_synced_at: string | null
  skew_ms: number | null
  /** The device was revoked: nothing is synced until the app has wiped this database. */
  revoked: boolean
  /** The phone has erased itself because an administrator asked for it; nothing else is left then. */
  wiped?: { at: string; lost: number; told: boolean }
}

export interface UploadRow {
  id: string
  filename: string
  filetype: string
  about: Json
  bytes: number
  sha256: string
  state: UploadState
  sent: number
  url: string | null
  attempts: number
  next_at: number
  code: string | null
  added_at: string
}

/** How screens want a kind ordered and found. */
export interface KindIndex {
  order?: (document: Doc) => string | number
  /** References to search by, e.g. `account:<id>`. */
  refs?: (document: Doc) => string[]
}
export type KindIndexes = Record<string, KindIndex>

export interface ListOptions {
  ref?: string
  reverse?: boolean
  limit?: number
  offset?: number
}

/** All reads and writes in one transaction: all of it is stored or none; awaits nothing but this. */
export interface StoreTransaction {
  state(): Promise<SyncState | undefined>
  putState(state: SyncState): Promise<void>

  documents(keys: DocumentKey[]): Promise<(HeldDocument | undefined)[]>
  putDocuments(rows: HeldDocument[]): Promise<void>
  deleteDocuments(keys: DocumentKey[]): Promise<void>
  countDocuments(): Promise<number>
  documentsInBucket(bucket: string): Promise<HeldDocument[]>
  countInBucket(bucket: string): Promise<number>
  documentsBefore(generation: number): Promise<HeldDocument[]>

  buckets(): Promise<HeldBucket[]>
  /** Replaces all of them: they are few and change together. */
  putBuckets(rows: HeldBucket[]): Promise<void>

  /** In the order of seq. */
  entries(): Promise<OutboxEntry[]>
  entriesIn(state: OutboxState, limit?: number): Promise<OutboxEntry[]>
  countIn(state: OutboxState): Promise<number>
  unsettledEntries(): Promise<OutboxEntry[]>
  entry(seq: number): Promise<OutboxEntry | undefined>
  putEntries(entries: OutboxEntry[]): Promise<void>
  deleteEntries(seqs: number[]): Promise<void>

  uploads(): Promise<UploadRow[]>
  upload(id: string): Promise<UploadRow | undefined>
  putUpload(row: UploadRow): Promise<void>
  deleteUpload(id: string): Promise<void>
  blob(id: string): Promise<Blob | undefined>
  hasBlob(id: string): Promise<boolean>
  putBlob(id: string, blob: Blob): Promise<void>
  deleteBlob(id: string): Promise<void>
}

export interface Store {
  /** Whose documents these are: one database per user. */
  readonly userId: string
  /** Names the database, so that its tabs find the same lock and channel. */
  readonly name: string
  /** Runs `work` alone: no other transaction of any tab writes in between. */
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>
  /** The same for work that only reads: it waits for writers, and for no other reader. */
  read<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>
  get(kind: string, id: string): Promise<Doc | undefined>
  list(kind: string, options?: ListOptions): Promise<Doc[]>
  count(kind: string, ref?: string): Promise<number>
  /** Every mutation whose local effect shows in a document of this id. */
  entriesTouching(id: string): Promise<OutboxEntry[]>
  /** Deletes everything, the outbox too. */
  wipe(): Promise<void>
  close(): Promise<void>
}

export function orderOf(indexes: KindIndexes, key: DocumentKey, document: Doc): string | number {
  return indexes[key.kind]?.order?.(document) ?? key.id
}

export function refsOf(indexes: KindIndexes, key: DocumentKey, document: Doc): string[] {
  return (indexes[key.kind]?.refs?.(document) ?? []).map((ref) => `${key.kind}|${ref}`)
}

/** IndexedDB's own order of keys: numbers before texts, texts by UTF-16 code units. */
export function compareOrder(a: string | number, b: string | number): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

export function databaseName(userId: string): string {
  return `cairn-${userId}`
}
