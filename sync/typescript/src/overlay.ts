/**
 * Lays what waiting mutations do over the server's documents, so that a person sees own work at once and
 * always.
 */

import { keyOf, type Doc, type DocumentKey } from './messages'
import type { HeldDocument, OutboxEntry, StoreTransaction } from './stores/store'

/** What a mutation's local effect sees and may do. */
export interface LocalContext {
  at: string
  userId: string
  seq: number
  get(kind: string, id: string): Promise<Doc | undefined>
  put(kind: string, id: string, document: Doc): void
  remove(kind: string, id: string): void
}

/**
 * What a mutation does to local documents before the server has spoken. Pure and total: on missing documents
 * it does what it can. It runs inside a database transaction, so it may await nothing but `context.get`.
 */

export type LocalHandler = (args: any, context: LocalContext) => void | Promise<void>

export interface Overlay {
  handlers: Record<string, LocalHandler>
  userId: string
  /** The generation that documents made here belong to. */
  generation: number
}

/** Documents as they become while mutations run over them, before any of it is stored. */
class Layer {
  readonly rows = new Map<string, HeldDocument | undefined>()
  readonly changed = new Map<string, { key: DocumentKey; document: Doc | null }>()

  constructor(
    private readonly tx: StoreTransaction,
    private readonly ground: (row: HeldDocument) => Doc | null,
  ) {}

  async load(keys: DocumentKey[]): Promise<void> {
    const missing = distinct(keys).filter((key) => !this.rows.has(keyOf(key)))
    if (missing.length === 0) return
    const rows = await this.tx.documents(missing)
    missing.forEach((key, i) => this.rows.set(keyOf(key), rows[i]))
  }

  /**
   * Runs one mutation; an effect that fails on this ground shows nothing, for the mutation is sent all the
   * same.
   */
  async run(entry: OutboxEntry, overlay: Overlay, failure: 'throw' | 'skip'): Promise<DocumentKey[]> {
    const effect = new Map<string, { key: DocumentKey; document: Doc | null }>()
    const set = (key: DocumentKey, document: Doc | null) => effect.set(keyOf(key), { key, document })
    const context: LocalContext = {
      at: entry.at,
      userId: overlay.userId,
      seq: entry.seq,
      get: async (kind, id) => {
        const own = effect.get(keyOf({ kind, id }))
        return own ? structuredClone(own.document ?? undefined) : this.#get({ kind, id })
      },
      put: (kind, id, document) => void set({ kind, id }, JSON.parse(JSON.stringify(document)) as Doc),
      remove: (kind, id) => void set({ kind, id }, null),
    }
    try {
      const handler = Object.hasOwn(overlay.handlers, entry.name) ? overlay.handlers[entry.name] : undefined
      await handler?.(structuredClone(entry.args), context)
    } catch (error) {
      if (failure === 'throw') throw error
      return []
    }
    const touched = [...effect.values()]
    await this.load(touched.map(({ key }) => key))
    for (const change of touched) this.changed.set(keyOf(change.key), change)
    return touched.map(({ key }) => key)
  }

  async #get(key: DocumentKey): Promise<Doc | undefined> {
    const changed = this.changed.get(keyOf(key))
    if (changed) return structuredClone(changed.document ?? undefined)
    await this.load([key])
    const row = this.rows.get(keyOf(key))
    return structuredClone((row && this.ground(row)) ?? undefined)
  }
}

/**
 * Runs a new mutation over what screens see and stores its effect; the answer is the documents it touches.
 */
export async function layOver(tx: StoreTransaction, entry: OutboxEntry, overlay: Overlay): Promise<DocumentKey[]> {
  const layer = new Layer(tx, (row) => row.document)
  const touches = await layer.run(entry, overlay, 'throw')
  const rows = [...layer.changed.values()].map(({ key, document }) => {
    const row = layer.rows.get(keyOf(key)) ?? newRow(key, overlay.generation)
    return { ...row, document, pending: true, server: serverVersion(row) }
  })
  await tx.putDocuments(rows)
  return touches
}

/**
 * Builds the visible documents anew from the server's: every effect still waiting runs again, and documents
 * in `freed` that none of them touches show what the server says. The answer is every document written.
 */
export async function rebase(tx: StoreTransaction, freed: DocumentKey[], overlay: Overlay): Promise<DocumentKey[]> {
  const entries = await tx.unsettledEntries()
  const layer = new Layer(tx, serverVersion)
  const affected = distinct([...freed, ...entries.flatMap((entry) => entry.touches)])
  await layer.load(affected)
  const rerun: OutboxEntry[] = []
  for (const entry of entries) {
    const touches = await layer.run(entry, overlay, 'skip')
    if (!sameKeys(touches, entry.touches)) rerun.push({ ...entry, touches })
  }
  await tx.putEntries(rerun)
  const written = distinct([...affected, ...[...layer.changed.values()].map(({ key }) => key)])
  const rows = written.map((key) => rebased(layer, key, overlay.generation))
  await tx.putDocuments(rows.filter((row) => !isGone(row)))
  await tx.deleteDocuments(rows.filter(isGone))
  return written
}

function rebased(layer: Layer, key: DocumentKey, generation: number): HeldDocument {
  const { server, ...row } = layer.rows.get(keyOf(key)) ?? newRow(key, generation)
  const truth = serverVersion({ ...row, server })
  const change = layer.changed.get(keyOf(key))
  if (!change) return { ...row, pending: false, document: truth }
  return { ...row, pending: true, document: change.document, server: truth }
}

export function serverVersion(row: HeldDocument): Doc | null {
  return row.pending ? (row.server ?? null) : row.document
}

/** In no bucket, and no waiting mutation touches it. */
export function isGone(row: HeldDocument): boolean {
  return !row.pending && row.buckets.length === 0
}

export function newRow(key: DocumentKey, generation: number): HeldDocument {
  return { kind: key.kind, id: key.id, document: null, buckets: [], seqs: [], generation, pending: false }
}

function sameKeys(a: DocumentKey[], b: DocumentKey[]): boolean {
  return a.length === b.length && a.every((key, i) => keyOf(key) === keyOf(b[i] as DocumentKey))
}

export function distinct(keys: DocumentKey[]): DocumentKey[] {
  return [...new Map(keys.map((key) => [keyOf(key), { kind: key.kind, id: key.id }])).values()]
}
