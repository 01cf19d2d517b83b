/** Stores pull answers: which documents this phone holds, in which buckets, and what screens see of them. */

import { disagreeing, exclude, include, type BucketSum } from './checks'
import { keyOf, type DocumentKey, type PullAnswer, type Row } from './messages'
import { noteArrivedConflicts, settleThrough, takeLateVerdict } from './outbox'
import { isGone, newRow, rebase, type Overlay } from './overlay'
import type { HeldBucket, HeldDocument, StoreTransaction, SyncState } from './stores/store'

/** Rows stored in one transaction: short enough that a tap which records a mutation never waits long. */
export const ROWS_PER_TRANSACTION = 1_000
/** Kinds that are verdicts on this phone's own mutations. */
const VERDICTS: ReadonlySet<string> = new Set(['receipt', 'refusal'])

export interface Slice {
  rows: Row[]
  first: boolean
  last: boolean
}

/**
 * Cuts a page into transactions. Storing a page twice gives the same, so a crash between two costs nothing.
 */
export function slices(answer: PullAnswer): Slice[] {
  const count = Math.max(1, Math.ceil(answer.rows.length / ROWS_PER_TRANSACTION))
  return Array.from({ length: count }, (_, i) => ({
    rows: answer.rows.slice(i * ROWS_PER_TRANSACTION, (i + 1) * ROWS_PER_TRANSACTION),
    first: i === 0,
    last: i === count - 1,
  }))
}

/** Stores one slice of an answer; null when the answer is to a question this phone no longer asks. */
export async function storeSlice(
  tx: StoreTransaction,
  asked: string | null,
  answer: PullAnswer,
  slice: Slice,
  overlay: Overlay,
  now: string,
): Promise<DocumentKey[] | null> {
  const state = await tx.state()
  if (!state || state.cursor !== asked) return null
  const page = new Page(tx, await ledgerOf(tx), state.generation)
  if (slice.first && answer.reset) await page.reset(state)
  if (slice.first) await page.drop(answer.drop)
  await page.place(slice.rows)
  const complete = slice.last && !answer.more
  if (complete && state.sweep) await page.sweep(state)
  await page.store(now, complete ? answer.checks.map(([bucket]) => bucket) : [])
  await takeVerdicts(tx, slice.rows, now)
  if (slice.last) {
    state.cursor = answer.cursor
    state.refetch = complete ? await page.disagreeing(answer) : []
  }
  await tx.putState(state)
  overlay.generation = state.generation
  if (!complete) return page.written()
  const settled = await settleThrough(tx, answer.last_seq)
  const freed = settled.flatMap((entry) => entry.touches)
  const rebased = await rebase(tx, freed, overlay)
  await noteArrivedConflicts(tx)
  return [...page.written(), ...rebased]
}

async function takeVerdicts(tx: StoreTransaction, rows: Row[], now: string): Promise<void> {
  for (const [, kind, , , document] of rows) {
    if (document && VERDICTS.has(kind)) await takeLateVerdict(tx, kind, document, now)
  }
}

async function ledgerOf(tx: StoreTransaction): Promise<Map<string, HeldBucket>> {
  return new Map((await tx.buckets()).map((row) => [row.bucket, row]))
}

/** The rows one transaction works on, and the sums of the buckets they belong to. */
class Page {
  readonly #rows = new Map<string, HeldDocument>()
  readonly #changed = new Set<string>()

  constructor(
    private readonly tx: StoreTransaction,
    private readonly ledger: Map<string, HeldBucket>,
    private generation: number,
  ) {}

  /** What is held belongs to the past from here on; it stays in sight until the new pull is complete. */
  async reset(state: SyncState): Promise<void> {
    this.generation = state.generation += 1
    state.sweep = (await this.tx.countDocuments()) > 0
    this.ledger.clear()
  }

  async drop(buckets: string[]): Promise<void> {
    for (const bucket of buckets) {
      for (const row of await this.tx.documentsInBucket(bucket)) {
        this.#leave(this.#rows.get(keyOf(row)) ?? row, bucket)
      }
      this.ledger.delete(bucket)
    }
  }

  async place(rows: Row[]): Promise<void> {
    await this.#load(rows.map(([, kind, id]) => ({ kind, id })))
    for (const row of rows) this.#placeRow(row)
  }

  /** Takes away what the reset did not bring again. */
  async sweep(state: SyncState): Promise<void> {
    for (const row of await this.tx.documentsBefore(this.generation)) {
      if (!this.#changed.has(keyOf(row))) this.#keep(withoutServer(row, this.generation))
    }
    state.sweep = false
  }

  async store(now: string, checked: string[]): Promise<void> {
    const rows = [...this.#changed].map((key) => this.#rows.get(key) as HeldDocument)
    await this.tx.putDocuments(rows.filter((row) => !isGone(row)))
    await this.tx.deleteDocuments(rows.filter(isGone))
    for (const bucket of checked) {
      const held = this.ledger.get(bucket)
      if (held) held.checked_at = now
    }
    await this.tx.putBuckets([...this.ledger.values()].filter((held) => held.count > 0))
  }

  /**
   * Compares the ledger with the server's checks, and the ledger's count with what the database really
   * holds.
   */
  async disagreeing(answer: PullAnswer): Promise<string[]> {
    const really = new Map<string, BucketSum>()
    for (const [bucket] of answer.checks) {
      const count = await this.tx.countInBucket(bucket)
      really.set(bucket, { count, sum: this.ledger.get(bucket)?.sum ?? 0 })
    }
    return disagreeing(answer.checks, (bucket) => really.get(bucket))
  }

  written(): DocumentKey[] {
    return [...this.#changed].map((key) => {
      const { kind, id } = this.#rows.get(key) as HeldDocument
      return { kind, id }
    })
  }

  async #load(keys: DocumentKey[]): Promise<void> {
    const missing = keys.filter((key) => !this.#rows.has(keyOf(key)))
    const held = await this.tx.documents(missing)
    missing.forEach((key, i) => {
      const row = held[i] ?? newRow(key, this.generation)
      this.#rows.set(keyOf(key), row.generation < this.generation ? withoutServer(row, this.generation) : row)
    })
  }

  #placeRow([bucket, kind, id, seq, document]: Row): void {
    const row = this.#rows.get(keyOf({ kind, id })) as HeldDocument
    const place = row.buckets.indexOf(bucket)
    if (place >= 0 && (row.seqs[place] as number) > seq) return
    if (!document) return this.#leave(row, bucket)
    const newest = row.seqs.every((held) => held <= seq)
    const [buckets, seqs] = [[...row.buckets], [...row.seqs]]
    buckets[place >= 0 ? place : buckets.length] = bucket
    seqs[place >= 0 ? place : seqs.length] = seq
    if (place >= 0) this.#count(bucket, row.seqs[place] as number, exclude)
    this.#count(bucket, seq, include)
    const content = row.pending ? { server: document } : { document }
    this.#keep({ ...row, buckets, seqs, ...(newest ? content : {}) })
  }

  #leave(row: HeldDocument, bucket: string): void {
    const place = row.buckets.indexOf(bucket)
    if (place < 0) return
    this.#count(bucket, row.seqs[place] as number, exclude)
    const buckets = row.buckets.filter((_, i) => i !== place)
    const seqs = row.seqs.filter((_, i) => i !== place)
    const left = { ...row, buckets, seqs }
    this.#keep(buckets.length === 0 ? withoutServer(left, row.generation) : left)
  }

  #count(bucket: string, seq: number, change: (held: BucketSum, seq: number) => BucketSum): void {
    const held = this.ledger.get(bucket) ?? { bucket, count: 0, sum: 0, checked_at: null }
    this.ledger.set(bucket, { ...held, ...change(held, seq) })
  }

  #keep(row: HeldDocument): void {
    this.#rows.set(keyOf(row), row)
    this.#changed.add(keyOf(row))
  }
}

/** In no bucket any more; a waiting mutation keeps what it shows in sight until it is run again. */
function withoutServer(row: HeldDocument, generation: number): HeldDocument {
  const gone = { ...row, buckets: [], seqs: [], generation }
  return row.pending ? { ...gone, server: null } : { ...gone, document: row.document }
}
