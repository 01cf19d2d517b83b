/**
 * A store in memory, for Node and for tests: it clones like IndexedDB does, so that nothing is shared by
 * accident.
 */

import { keyOf, type Doc, type DocumentKey } from '../messages'
import { compareOrder, databaseName, orderOf, refsOf } from './store'
import type { HeldBucket, HeldDocument, KindIndexes, ListOptions, OutboxEntry, OutboxState } from './store'
import type { Store, StoreTransaction, SyncState, UploadRow } from './store'

interface Tables {
  state: SyncState | undefined
  documents: Map<string, HeldDocument>
  buckets: HeldBucket[]
  outbox: Map<number, OutboxEntry>
  uploads: Map<string, UploadRow>
  blobs: Map<string, Blob>
}

function emptyTables(): Tables {
  const [documents, outbox, uploads, blobs] = [new Map(), new Map(), new Map(), new Map()]
  return { state: undefined, documents, buckets: [], outbox, uploads, blobs }
}

export class MemoryStore implements Store {
  #tables = emptyTables()
  #last: Promise<unknown> = Promise.resolve()

  readonly name: string

  constructor(
    readonly userId: string,
    private readonly indexes: KindIndexes = {},
  ) {
    this.name = databaseName(userId)
  }

  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      const copy = copyTables(this.#tables)
      const result = await work(new MemoryTransaction(copy))
      this.#tables = copy
      return result
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }

  read<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    return this.transaction(work)
  }

  async get(kind: string, id: string): Promise<Doc | undefined> {
    const document = this.#tables.documents.get(keyOf({ kind, id }))?.document
    return document ? structuredClone(document) : undefined
  }

  async list(kind: string, options: ListOptions = {}): Promise<Doc[]> {
    const rows = this.#visible(kind, options.ref)
      .map((row) => ({ order: orderOf(this.indexes, row, row.document as Doc), row }))
      .sort((a, b) => compareOrder(a.order, b.order) || compareOrder(a.row.id, b.row.id))
    if (options.reverse) rows.reverse()
    const from = options.offset ?? 0
    return rows
      .slice(from, from + (options.limit ?? rows.length))
      .map(({ row }) => structuredClone(row.document as Doc))
  }

  async count(kind: string, ref?: string): Promise<number> {
    return this.#visible(kind, ref).length
  }

  async entriesTouching(id: string): Promise<OutboxEntry[]> {
    const entries = [...this.#tables.outbox.values()].sort((a, b) => a.seq - b.seq)
    return structuredClone(entries.filter((entry) => entry.touches.some((key) => key.id === id)))
  }

  async wipe(): Promise<void> {
    await this.#last
    this.#tables = emptyTables()
  }

  async close(): Promise<void> {}

  #visible(kind: string, ref?: string): HeldDocument[] {
    const wanted = ref === undefined ? undefined : `${kind}|${ref}`
    return [...this.#tables.documents.values()].filter((row) => {
      if (row.kind !== kind || !row.document) return false
      return wanted === undefined || refsOf(this.indexes, row, row.document).includes(wanted)
    })
  }
}

/** Rows are replaced, never changed in place, so a copy of the maps is a copy of the tables. */
function copyTables(tables: Tables): Tables {
  return {
    state: tables.state,
    documents: new Map(tables.documents),
    buckets: tables.buckets,
    outbox: new Map(tables.outbox),
    uploads: new Map(tables.uploads),
    blobs: new Map(tables.blobs),
  }
}

class MemoryTransaction implements StoreTransaction {
  constructor(private readonly tables: Tables) {}

  async state() {
    return structuredClone(this.tables.state)
  }
  async putState(state: SyncState) {
    this.tables.state = structuredClone(state)
  }

  async documents(keys: DocumentKey[]) {
    return keys.map((key) => structuredClone(this.tables.documents.get(keyOf(key))))
  }
  async putDocuments(rows: HeldDocument[]) {
    for (const row of rows) this.tables.documents.set(keyOf(row), structuredClone(row))
  }
  async deleteDocuments(keys: DocumentKey[]) {
    for (const key of keys) this.tables.documents.delete(keyOf(key))
  }
  async countDocuments() {
    return this.tables.documents.size
  }
  async documentsInBucket(bucket: string) {
    return structuredClone([...this.tables.documents.values()].filter((row) => row.buckets.includes(bucket)))
  }
  async countInBucket(bucket: string) {
    return [...this.tables.documents.values()].filter((row) => row.buckets.includes(bucket)).length
  }
  async documentsBefore(generation: number) {
    return structuredClone([...this.tables.documents.values()].filter((row) => row.generation < generation))
  }

  async buckets() {
    return structuredClone(this.tables.buckets)
  }
  async putBuckets(rows: HeldBucket[]) {
    this.tables.buckets = structuredClone(rows)
  }

  async entries() {
    return this.#entriesWhere(() => true)
  }
  async entriesIn(state: OutboxState, limit = Infinity) {
    return this.#entriesWhere((entry) => entry.state === state, limit)
  }
  async countIn(state: OutboxState) {
    return [...this.tables.outbox.values()].filter((entry) => entry.state === state).length
  }
  async unsettledEntries() {
    return this.#entriesWhere((entry) => !entry.settled)
  }
  async entry(seq: number) {
    return structuredClone(this.tables.outbox.get(seq))
  }
  async putEntries(entries: OutboxEntry[]) {
    for (const entry of entries) this.tables.outbox.set(entry.seq, structuredClone(entry))
  }
  async deleteEntries(seqs: number[]) {
    for (const seq of seqs) this.tables.outbox.delete(seq)
  }

  async uploads() {
    return structuredClone([...this.tables.uploads.values()])
  }
  async upload(id: string) {
    return structuredClone(this.tables.uploads.get(id))
  }
  async putUpload(row: UploadRow) {
    this.tables.uploads.set(row.id, structuredClone(row))
  }
  async deleteUpload(id: string) {
    this.tables.uploads.delete(id)
  }
  async blob(id: string) {
    return this.tables.blobs.get(id)
  }
  async hasBlob(id: string) {
    return this.tables.blobs.has(id)
  }
  async putBlob(id: string, blob: Blob) {
    this.tables.blobs.set(id, blob)
  }
  async deleteBlob(id: string) {
    this.tables.blobs.delete(id)
  }

  #entriesWhere(wanted: (entry: OutboxEntry) => boolean, limit = Infinity): OutboxEntry[] {
    const found = [...this.tables.outbox.values()].filter(wanted).sort((a, b) => a.seq - b.seq)
    return structuredClone(found.slice(0, limit))
  }
}
