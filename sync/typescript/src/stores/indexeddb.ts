/** The store of browsers, on IndexedDB by Dexie. One database per user; every tab opens the same. */

import { Dexie, type Collection, type Table, type Transaction } from 'dexie'
import { EngineError } from '../errors'
import { keyOf, type Doc, type DocumentKey } from '../messages'
import { isQuotaExceeded } from '../storage'
import { compareOrder, databaseName, orderOf, refsOf } from './store'
import type { HeldBucket, HeldDocument, KindIndexes, ListOptions, OutboxEntry, OutboxState } from './store'
import type { Store, StoreTransaction, SyncState, UploadRow } from './store'

/** A hidden document has neither order nor refs, so no index of what screens see knows it. */
interface DocumentRow extends HeldDocument {
  order?: string | number
  refs?: string[]
}
/** IndexedDB cannot index a boolean. */
interface OutboxRow extends OutboxEntry {
  waits: 0 | 1
  ids: string[]
}

const LIST_KEYS_FROM = 100
/** Listing this many keys costs about as much as reading one row. */
const KEYS_PER_READ = 30

type DocumentId = [kind: string, id: string]

interface Tables {
  documents: Table<DocumentRow, DocumentId>
  buckets: Table<{ key: 'held'; rows: HeldBucket[] }, string>
  outbox: Table<OutboxRow, number>
  state: Table<SyncState & { key: 'sync' }, string>
  uploads: Table<UploadRow, string>
  blobs: Table<{ id: string; blob: Blob }, string>
}

class Database extends Dexie {
  declare documents: Tables['documents']
  declare outbox: Tables['outbox']

  constructor(name: string) {
    // What a person has recorded must survive a battery that dies the moment after.
    super(name, { chromeTransactionDurability: 'strict' })
    this.version(1).stores({
      documents: '[kind+id], [kind+order], *refs, *buckets',
      buckets: 'key',
      outbox: 'seq, [state+seq], [waits+seq], *ids',
      state: 'key',
      uploads: 'id',
      blobs: 'id',
    })
  }
}

export class IndexedDbStore implements Store {
  readonly name: string
  readonly #database: Database

  constructor(
    readonly userId: string,
    private readonly indexes: KindIndexes = {},
  ) {
    this.name = databaseName(userId)
    this.#database = new Database(this.name)
  }

  async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    try {
      return await this.#run('rw', work)
    } catch (error) {
      throw isQuotaExceeded(error) ? new EngineError('storage_full') : error
    }
  }

  read<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    return this.#run('r', work)
  }

  async #run<T>(mode: 'r' | 'rw', work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    const database = this.#database
    return database.transaction(mode, database.tables, (transaction) =>
      work(new IndexedDbTransaction(transaction, this.indexes)),
    )
  }

  async get(kind: string, id: string): Promise<Doc | undefined> {
    return (await this.#database.documents.get([kind, id]))?.document ?? undefined
  }

  async list(kind: string, options: ListOptions = {}): Promise<Doc[]> {
    const { ref, reverse = false, limit = Infinity, offset = 0 } = options
    if (ref !== undefined) return this.#listByRef(kind, ref, options)
    const rows = this.#ofKind(kind)
    if (reverse) rows.reverse()
    if (offset > 0) rows.offset(offset)
    if (limit !== Infinity) rows.limit(limit)
    return (await rows.toArray()).map((row) => row.document as Doc)
  }

  /** What hangs on one record is little: it is put in order here, so that refs need no compound index. */
  async #listByRef(kind: string, ref: string, options: ListOptions): Promise<Doc[]> {
    const { reverse = false, limit = Infinity, offset = 0 } = options
    const rows = await this.#database.documents.where('refs').equals(`${kind}|${ref}`).toArray()
    rows.sort((a, b) => compareOrder(a.order ?? '', b.order ?? '') || compareOrder(a.id, b.id))
    if (reverse) rows.reverse()
    return rows.slice(offset, offset + limit).map((row) => row.document as Doc)
  }

  async count(kind: string, ref?: string): Promise<number> {
    if (ref === undefined) return this.#ofKind(kind).count()
    return this.#database.documents.where('refs').equals(`${kind}|${ref}`).count()
  }

  async entriesTouching(id: string): Promise<OutboxEntry[]> {
    return (await this.#database.outbox.where('ids').equals(id).sortBy('seq')).map(asEntry)
  }

  async wipe(): Promise<void> {
    const { tables } = this.#database
    await this.#database.transaction('rw', tables, () => Promise.all(tables.map((table) => table.clear())))
  }

  async close(): Promise<void> {
    this.#database.close()
  }

  #ofKind(kind: string): Collection<DocumentRow, DocumentId> {
    return this.#database.documents
      .where('[kind+order]')
      .between([kind, Dexie.minKey], [kind, Dexie.maxKey], true, true)
  }
}

/** Asks the transaction for its tables: Dexie's own guess at the running one is lost behind nested awaits. */
class IndexedDbTransaction implements StoreTransaction {
  readonly #tables: Tables

  constructor(
    transaction: Transaction,
    private readonly indexes: KindIndexes,
  ) {
    const table = <Row, Key>(name: keyof Tables) => transaction.table<Row, Key>(name) as Table<Row, Key>
    this.#tables = {
      documents: table('documents'),
      buckets: table('buckets'),
      outbox: table('outbox'),
      state: table('state'),
      uploads: table('uploads'),
      blobs: table('blobs'),
    }
  }

  async state() {
    const row = await this.#tables.state.get('sync')
    if (!row) return undefined
    const { key, ...state } = row
    return state
  }
  async putState(state: SyncState) {
    await this.#tables.state.put({ ...state, key: 'sync' })
  }

  /** Reading a row that is not there costs as much as one that is, so for many the keys are listed first. */
  async documents(keys: DocumentKey[]) {
    const held = keys.length < LIST_KEYS_FROM ? undefined : await this.#heldOf(keys)
    const asked = held ? keys.filter((key) => held.has(keyOf(key))) : keys
    const rows = asked.length > 0 ? await this.#tables.documents.bulkGet(asked.map(idOf)) : []
    const found = new Map(rows.flatMap((row) => (row ? [[keyOf(row), asHeld(row)] as const] : [])))
    return keys.map((key) => found.get(keyOf(key)))
  }

  /** The keys held between those asked for; undefined where there are so many that listing would cost more. */
  async #heldOf(keys: DocumentKey[]): Promise<Set<string> | undefined> {
    const held = new Set<string>()
    for (const [kind, [first, last]] of spansOf(keys)) {
      const range = () => this.#tables.documents.where(':id').between([kind, first], [kind, last], true, true)
      if ((await range().count()) > keys.length * KEYS_PER_READ) return undefined
      for (const [, id] of await range().primaryKeys()) held.add(keyOf({ kind, id }))
    }
    return held
  }

  async putDocuments(rows: HeldDocument[]) {
    await this.#tables.documents.bulkPut(rows.map((row) => this.#indexed(row)))
  }
  async deleteDocuments(keys: DocumentKey[]) {
    await this.#tables.documents.bulkDelete(keys.map(idOf))
  }
  async countDocuments() {
    return this.#tables.documents.count()
  }
  async documentsInBucket(bucket: string) {
    return (await this.#tables.documents.where('buckets').equals(bucket).toArray()).map(asHeld)
  }
  async countInBucket(bucket: string) {
    return this.#tables.documents.where('buckets').equals(bucket).count()
  }
  async documentsBefore(generation: number) {
    return (await this.#tables.documents.filter((row) => row.generation < generation).toArray()).map(asHeld)
  }

  /** One row for all: hundreds of small ones would cost a first pull a fifth of its time. */
  async buckets() {
    return (await this.#tables.buckets.get('held'))?.rows ?? []
  }
  async putBuckets(rows: HeldBucket[]) {
    await this.#tables.buckets.put({ key: 'held', rows })
  }

  async entries() {
    return (await this.#tables.outbox.orderBy('seq').toArray()).map(asEntry)
  }
  async entriesIn(state: OutboxState, limit = Infinity) {
    const rows = this.#inState(state)
    return (await (limit === Infinity ? rows : rows.limit(limit)).toArray()).map(asEntry)
  }
  async countIn(state: OutboxState) {
    return this.#inState(state).count()
  }
  async unsettledEntries() {
    const rows = this.#tables.outbox.where('[waits+seq]').between([1, Dexie.minKey], [1, Dexie.maxKey])
    return (await rows.toArray()).map(asEntry)
  }
  async entry(seq: number) {
    const row = await this.#tables.outbox.get(seq)
    return row && asEntry(row)
  }
  async putEntries(entries: OutboxEntry[]) {
    const rows = entries.map((entry): OutboxRow => {
      const ids = [...new Set(entry.touches.map((key) => key.id))]
      return { ...entry, waits: entry.settled ? 0 : 1, ids }
    })
    await this.#tables.outbox.bulkPut(rows)
  }
  async deleteEntries(seqs: number[]) {
    await this.#tables.outbox.bulkDelete(seqs)
  }

  async uploads() {
    return this.#tables.uploads.toArray()
  }
  async upload(id: string) {
    return this.#tables.uploads.get(id)
  }
  async putUpload(row: UploadRow) {
    await this.#tables.uploads.put(row)
  }
  async deleteUpload(id: string) {
    await this.#tables.uploads.delete(id)
  }
  async blob(id: string) {
    return (await this.#tables.blobs.get(id))?.blob
  }
  async hasBlob(id: string) {
    return (await this.#tables.blobs.where('id').equals(id).count()) > 0
  }
  async putBlob(id: string, blob: Blob) {
    await this.#tables.blobs.put({ id, blob })
  }
  async deleteBlob(id: string) {
    await this.#tables.blobs.delete(id)
  }

  #inState(state: OutboxState): Collection<OutboxRow, number> {
    return this.#tables.outbox.where('[state+seq]').between([state, Dexie.minKey], [state, Dexie.maxKey])
  }

  #indexed(row: HeldDocument): DocumentRow {
    if (!row.document) return row
    const { document } = row
    return { ...row, order: orderOf(this.indexes, row, document), refs: refsOf(this.indexes, row, document) }
  }
}

/** The first and the last id asked for of each kind: ids tell the time, so what a page brings lies close together. */
function spansOf(keys: DocumentKey[]): Map<string, [first: string, last: string]> {
  const spans = new Map<string, [string, string]>()
  for (const { kind, id } of keys) {
    const [first, last] = spans.get(kind) ?? [id, id]
    spans.set(kind, [id < first ? id : first, id > last ? id : last])
  }
  return spans
}

function idOf({ kind, id }: DocumentKey): DocumentId {
  return [kind, id]
}

function asHeld({ order, refs, ...held }: DocumentRow): HeldDocument {
  return held
}

function asEntry({ waits, ids, ...entry }: OutboxRow): OutboxEntry {
  return entry
}
