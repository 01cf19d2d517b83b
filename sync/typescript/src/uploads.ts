/**
 * Photos travel in their own queue, resumably, and leave the phone only when the server has confirmed their
 * hash.
 */

import { backOffMs, timestamp, type Clock, type Random } from './clock'
import { EngineError, Refused } from './errors'
import { Listeners } from './listeners'
import type { Doc } from './messages'
import type { Room } from './room'
import type { Store, StoreTransaction, UploadRow } from './stores/store'
import type { Transport } from './transport'
import { createUpload, sendChunk, uploadOffset } from './tus'
import { firstRow, LARGEST_UPLOAD_BYTES, shown, type NewUpload, type Upload } from './upload-rows'

export interface UploadOptions {
  store: Store
  transport: Transport
  clock: Clock
  random: Random
  /** How much room there is; left out, endless. */
  room?: Room
  /** Whether bytes may travel now: not where the user spares a metered line. Left out, always. */
  mayTravel?: MayTravel
  onChange(): void
  /**
   * There is something to send: the engine does it behind the next push, so that the record is there first.
   */
  onQueued(): void
  /** Every byte of a file is there: its document will follow. */
  onSent(): void
}

export type { NewUpload }
export type MayTravel = () => Promise<boolean>

export const UPLOAD_LIMIT = 1_000
/** Side by side: one waits for an answer while the other uses the line; more would only share it. */
export const PARALLEL = 2
const BACK_OFF = { firstMs: 2_000, longestMs: 600_000 }
/** How often a file that waits for another line looks; a line that changes wakes it sooner. */
const HELD_MS = 60_000
/** Why a file waits that could go but for what the user chose. */
const METERED = 'metered'
/** Answers that no repetition will change: the file is not taken as it is. */
const FINAL: ReadonlySet<number> = new Set([400, 403, 413, 415, 422])

export class UploadQueue {
  readonly #listeners = new Listeners<void>()
  #running: Promise<void> | null = null
  #stopped = new AbortController()
  #cancelTimer = () => {}

  constructor(private readonly options: UploadOptions) {}

  /** Keeps a file on this phone and queues it; its record may be in the outbox still. */
  async add(file: NewUpload): Promise<Upload> {
    const row = await this.prepare(file)
    await this.options.store.transaction((tx) => this.keep(tx, row, file.blob))
    this.#changed()
    this.options.onQueued()
    return shown(row)
  }

  /** Bytes of photos that may still be kept here; what is left beyond them is for records. */
  async room(): Promise<number> {
    return (await this.options.room?.forPhotos()) ?? Infinity
  }

  /** Measures a file; throws if it is larger than any may be or than the room that is left for photos. */
  async prepare(file: NewUpload): Promise<UploadRow> {
    const { size } = file.blob
    if (size > LARGEST_UPLOAD_BYTES) {
      throw new EngineError('upload_too_large', { bytes: size, limit: LARGEST_UPLOAD_BYTES })
    }
    const room = await this.room()
    if (size > room) throw new EngineError('photo_no_room', { bytes: size, room })
    return firstRow(file, timestamp(this.options.clock))
  }

  /** Stores a prepared file, in the transaction of its record where there is one: both are kept or none. */
  async keep(tx: StoreTransaction, row: UploadRow, blob: Blob): Promise<void> {
    if (await tx.upload(row.id)) throw new EngineError('upload_exists', { id: row.id })
    if ((await tx.uploads()).length >= UPLOAD_LIMIT) throw new EngineError('uploads_full', { limit: UPLOAD_LIMIT })
    await tx.putUpload(row)
    await tx.putBlob(row.id, blob)
  }

  /** In the order they were added. */
  async list(): Promise<Upload[]> {
    return (await this.#rows()).map(shown)
  }

  /** The file itself while this phone holds it, to show what is not sent yet. */
  blob(id: string): Promise<Blob | undefined> {
    return this.options.store.read((tx) => tx.blob(id))
  }

  /** Tries a file again, from the start if it was refused. */
  async retry(id: string): Promise<void> {
    await this.options.store.transaction(async (tx) => {
      const row = await tx.upload(id)
      if (!row) throw new EngineError('upload_unknown', { id })
      const fresh = row.state === 'refused' ? { state: 'waiting' as const, url: null, sent: 0, code: null } : {}
      await tx.putUpload({ ...row, ...fresh, attempts: 0, next_at: 0 })
    })
    this.#changed()
    this.options.onQueued()
  }

  /** The user gives a refused or unwanted file up. */
  async discard(id: string): Promise<void> {
    await this.options.store.transaction((tx) => remove(tx, id))
    this.#changed()
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener)
  }

  /** Tells the listeners of this tab that another tab changed the queue. */
  tell(): void {
    this.#listeners.tell()
  }

  /** Sends what is due, a few files side by side; only the leader calls this. Never throws. */
  run(): Promise<void> {
    if (this.#stopped.signal.aborted) this.#stopped = new AbortController()
    // Where the database fails, the next cycle tries again.
    this.#running ??= this.#sendDue(this.#stopped.signal)
      .catch(() => undefined)
      .finally(() => (this.#running = null))
    return this.#running
  }

  /** Ends when nothing of the queue runs any more. */
  async stop(): Promise<void> {
    this.#cancelTimer()
    this.#stopped.abort()
    await this.#running
  }

  async #sendDue(signal: AbortSignal): Promise<void> {
    this.#cancelTimer()
    const ids = (await this.#rows()).map(({ id }) => id)
    let lineIsGood = true
    const bringOn = async () => {
      for (let id = ids.shift(); id !== undefined && lineIsGood && !signal.aborted; id = ids.shift()) {
        const row = await this.#row(id)
        if (!row || row.state === 'refused' || row.next_at > this.options.clock.now()) continue
        if (!(await this.#advance(row, signal))) lineIsGood = false
      }
    }
    await Promise.all(Array.from({ length: PARALLEL }, bringOn))
    await this.#scheduleNext(signal)
  }

  /** Brings one file on; false when the line or the session is gone, so that the others need not try. */
  async #advance(row: UploadRow, signal: AbortSignal): Promise<boolean> {
    try {
      if (await this.#confirm(row)) return true
      if (row.state !== 'sent') await this.#send(row, signal)
      return true
    } catch (error) {
      await this.#failed(row, error)
      return error instanceof Refused && error.status !== 401 && error.status !== 503
    }
  }

  async #send(row: UploadRow, signal: AbortSignal): Promise<void> {
    const { store, transport } = this.options
    const blob = await store.transaction((tx) => tx.blob(row.id))
    if (!blob) return void (await this.#save(row.id, { state: 'refused', code: 'blob_lost' }))
    if (!(await this.#mayTravel())) return this.#hold(row.id)
    await this.#save(row.id, { state: 'sending', code: null })
    let offset = row.url ? await uploadOffset(transport, row.url, signal) : null
    let url = row.url
    if (url === null || offset === null) {
      url = await createUpload(transport, row, signal)
      offset = 0
    }
    await this.#save(row.id, { url, sent: offset })
    while (offset < row.bytes) {
      if (signal.aborted) return this.#save(row.id, { state: 'waiting' })
      if (!(await this.#mayTravel())) return this.#hold(row.id)
      offset = await sendChunk(transport, url, blob, offset, signal)
      await this.#save(row.id, { sent: offset, attempts: 0 })
    }
    await this.#save(row.id, { state: 'sent', next_at: this.options.clock.now() + BACK_OFF.firstMs })
    this.options.onSent()
  }

  async #mayTravel(): Promise<boolean> {
    return (await this.options.mayTravel?.()) ?? true
  }

  #hold(id: string): Promise<void> {
    return this.#save(id, { state: 'waiting', code: METERED, next_at: this.options.clock.now() + HELD_MS })
  }

  /** The line or the user's choice has changed: what was held may go, if it may. */
  async release(): Promise<void> {
    for (const { id, code } of await this.#rows()) if (code === METERED) await this.#save(id, { next_at: 0 })
    this.options.onQueued()
  }

  /** Deletes the local copy if the server holds the same bytes; true when there is nothing left to do. */
  async #confirm({ id, state }: UploadRow): Promise<boolean> {
    const document = await this.options.store.get('file', id)
    if (document && (await this.#judge(id, document))) return true
    if (state !== 'sent') return false
    const answer = await this.#askState(id)
    if (answer && (await this.#judge(id, answer))) return true
    await this.#save(id, { next_at: this.options.clock.now() + BACK_OFF.firstMs * 15 })
    return false
  }

  async #askState(id: string): Promise<Doc | null> {
    const path = `/api/files/${encodeURIComponent(id)}?state`
    const response = await this.options.transport.request(path, {
      method: 'GET',
      headers: { Accept: 'application/json' },
    })
    const answer: unknown = await response.json().catch(() => null)
    return typeof answer === 'object' ? (answer as Doc | null) : null
  }

  async #judge(id: string, { state, sha256: hash, code }: Doc): Promise<boolean> {
    const row = await this.#row(id)
    if (!row) return true
    if (state === 'stored' && hash === row.sha256) {
      await this.discard(id)
      return true
    }
    const refused = state === 'refused' ? (code ?? 'refused') : state === 'stored' ? 'hash_differs' : null
    if (refused === null) return false
    await this.#save(id, { state: 'refused', code: String(refused) })
    return true
  }

  async #failed(row: UploadRow, error: unknown): Promise<void> {
    const { clock, random } = this.options
    const refused = error instanceof Refused ? error : null
    if (refused && FINAL.has(refused.status) && refused.code !== 'device_revoked') {
      return this.#save(row.id, { state: 'refused', code: refused.code })
    }
    const attempts = row.attempts + 1
    const asked = refused?.retryAfterMs ?? 0
    // Behind the moment that the server named, each phone at another one.
    const wait = asked + backOffMs(attempts, BACK_OFF, random)
    const state = row.state === 'sent' ? 'sent' : 'waiting'
    // A conflicting offset is cured by asking for it, which the next attempt does first.
    await this.#save(row.id, { state, attempts, next_at: clock.now() + wait, code: refused?.code ?? null })
  }

  async #scheduleNext(signal: AbortSignal): Promise<void> {
    const due = (await this.#rows()).filter(({ state }) => state !== 'refused').map((row) => row.next_at)
    if (due.length === 0 || signal.aborted) return
    const delay = Math.max(1_000, Math.min(...due) - this.options.clock.now())
    this.#cancelTimer = this.options.clock.after(delay, () => void this.run())
  }

  async #save(id: string, part: Partial<UploadRow>): Promise<void> {
    await this.options.store.transaction(async (tx) => {
      const row = await tx.upload(id)
      if (row) await tx.putUpload({ ...row, ...part })
    })
    this.#changed()
  }

  #row(id: string): Promise<UploadRow | undefined> {
    return this.options.store.transaction((tx) => tx.upload(id))
  }

  async #rows(): Promise<UploadRow[]> {
    const rows = await this.options.store.read((tx) => tx.uploads())
    return rows.sort((a, b) => (a.added_at < b.added_at ? -1 : a.added_at > b.added_at ? 1 : a.id < b.id ? -1 : 1))
  }

  #changed(): void {
    this.tell()
    this.options.onChange()
  }
}

async function remove(tx: StoreTransaction, id: string): Promise<void> {
  await tx.deleteUpload(id)
  await tx.deleteBlob(id)
}
