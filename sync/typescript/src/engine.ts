/** The door to everything a phone knows and does: record mutations, read documents, stay in step. */

import { tabChannel, type Channel, type ChannelMessage } from './channel'
import { timestamp } from './clock'
import { forgetPlace } from './cursor'
import { Cycle } from './cycle'
import { Refused } from './errors'
import { exportUnsent } from './export'
import { aborted, Leadership } from './leadership'
import { Listeners } from './listeners'
import { Live } from './live'
import { Loop } from './loop'
import type { Doc, DocumentKey } from './messages'
import type { EngineOptions } from './options'
import { dismiss, isWaiting, needsAttention, type OutboxEntry } from './outbox'
import type { Overlay } from './overlay'
import { draftOf, storeDraft } from './record'
import { reporting } from './report'
import { Revocation } from './revocation'
import { Room } from './room'
import { phaseAfter, StatusBoard, type SyncStatus } from './status'
import type { ListOptions, UploadRow } from './stores/store'
import { UploadQueue, type NewUpload } from './uploads'

type Listener<T> = (value: T) => void

export class Engine {
  readonly uploads: UploadQueue
  readonly room: Room
  readonly #board: StatusBoard
  readonly #channel: Channel
  readonly #cycle: Cycle
  readonly #loop: Loop
  readonly #live: Live
  readonly #leadership: Leadership
  readonly #revocation: Revocation
  readonly #changes = new Listeners<DocumentKey[]>()
  readonly #overlay: Overlay
  readonly #stopListening: () => void

  constructor(private readonly options: EngineOptions) {
    const { store, clock, random, handlers, lock, storage } = options
    this.room = new Room({ store, clock, storage })
    const transport = reporting(options)
    const { app, schema, platform, deviceName } = options
    this.#channel = options.channel ?? tabChannel(store.name)
    this.#board = new StatusBoard(store, this.#channel)
    this.#overlay = { handlers, userId: store.userId, generation: 1 }
    const ports = { store, transport, clock, random }
    this.uploads = new UploadQueue({
      ...{ ...ports, room: this.room, mayTravel: options.mayTravel },
      onChange: () => {
        void this.#board.refresh()
        this.#channel.post({ type: 'uploads' })
      },
      onQueued: () => this.#wantSync(),
      onSent: () => this.#loop.wake('poke'),
    })
    this.#revocation = new Revocation({
      ...{ ...ports, board: this.#board, uploads: this.uploads },
      onChange: (keys) => this.#changed(keys),
    })
    this.#cycle = new Cycle({
      ...{ ...ports, overlay: this.#overlay },
      profile: { app, schema, platform, deviceName },
      onPhase: (phase) => this.#board.lead({ phase, error: null }),
      onProgress: (rows) => this.#board.lead({ progress: { rows } }),
      onChange: (keys) => this.#changed(keys),
    })
    this.#loop = new Loop({
      ...ports,
      cycle: () => this.#runCycle(),
      onEnd: (error) => this.#cycleEnded(error),
    })
    this.#live = new Live({
      ...{ ...ports, surroundings: options.surroundings },
      wake: (reason) => {
        if (reason !== 'leaving' || this.status().waiting > 0) this.#loop.wake(reason)
      },
    })
    this.#leadership = new Leadership({
      ...{ name: store.name, lock, clock, channel: this.#channel },
      lead: (until) => this.#lead(until),
    })
    this.#stopListening = this.#channel.listen((message) => this.#hear(message))
    void this.#board.refresh()
  }

  /**
   * Stores a mutation under the next seq, its photos with it, and shows its effect, all in one transaction; sending
   * follows by itself. What throws has stored nothing.
   */
  async record(name: string, args: unknown, photos: NewUpload[] = []): Promise<OutboxEntry> {
    const draft = draftOf(name, args, this.options.versions)
    const rows = await Promise.all(photos.map((photo) => this.uploads.prepare(photo)))
    const store = () =>
      this.options.store.transaction(async (tx) => {
        for (const [i, { blob }] of photos.entries()) await this.uploads.keep(tx, rows[i] as UploadRow, blob)
        return storeDraft(tx, draft, this.#overlay, this.options)
      })
    const entry = await this.room.spend(store, photos.length === 0)
    this.#changed(entry.touches)
    if (photos.length > 0) {
      this.uploads.tell()
      this.#channel.post({ type: 'uploads' })
    }
    await this.#board.refresh()
    this.#wantSync()
    return entry
  }

  /**
   * Ends when a cycle begun after this call has ended, well or not: the status says which. Where another tab leads
   * it only asks that tab.
   */
  async syncNow(): Promise<void> {
    if (this.#leadership.leading) return this.#loop.run()
    await this.#once(() => this.#loop.run())
  }

  /**
   * For a worker that the browser wakes for a moment: sends what waits, photos too, unless a living tab leads, which
   * is asked to. True when nothing is left to send.
   */
  async flush(): Promise<boolean> {
    const sent = () => this.status().waiting + this.status().uploads.waiting === 0
    await this.#board.refresh()
    if (sent()) return true
    await this.#once(async () => {
      await this.#loop.run()
      await this.uploads.run()
    })
    await this.#board.refresh()
    return sent()
  }

  /** Forgets where this phone stands and fetches every document again; the outbox is not touched. */
  async refetch(): Promise<void> {
    await this.options.store.transaction(forgetPlace)
    await this.syncNow()
  }

  /** Whether this database has never been used: made just now, or the browser has deleted the one before. */
  async isNew(): Promise<boolean> {
    return (await this.options.store.read((tx) => tx.state())) === undefined
  }

  async #once(work: () => Promise<void>): Promise<void> {
    await this.#leadership.once((lost) => {
      lost.addEventListener('abort', () => this.#cycle.halt())
      return work()
    })
  }

  /** Takes part in leading: the first tab syncs, the others take over when it goes. */
  start(): void {
    this.#leadership.start()
  }

  stop(): Promise<void> {
    return this.#leadership.stop()
  }

  async #lead(until: AbortSignal): Promise<void> {
    this.#board.lead({ leader: true })
    this.#loop.start()
    this.#live.start()
    await aborted(until)
    this.#live.stop()
    this.#cycle.halt()
    await Promise.all([this.uploads.stop(), this.#loop.stop()])
    this.#board.lead({ leader: false, phase: 'idle', progress: null })
  }

  /** Stops for good and lets go of the database. */
  async close(): Promise<void> {
    await this.stop()
    await this.uploads.stop()
    this.#stopListening()
    this.#channel.close()
    await this.options.store.close()
  }

  status(): SyncStatus {
    return this.#board.status()
  }

  onStatus(listener: Listener<SyncStatus>): () => void {
    return this.#board.onStatus(listener)
  }

  onChange(listener: Listener<DocumentKey[]>): () => void {
    return this.#changes.add(listener)
  }

  get(kind: string, id: string): Promise<Doc | undefined> {
    return this.options.store.get(kind, id)
  }

  list(kind: string, options?: ListOptions): Promise<Doc[]> {
    return this.options.store.list(kind, options)
  }

  count(kind: string, ref?: string): Promise<number> {
    return this.options.store.count(kind, ref)
  }

  /** What still waits, and what was answered and needs the user or is not pulled yet; in the order of seq. */
  async outbox(): Promise<OutboxEntry[]> {
    const entries = await this.options.store.read((tx) => tx.entries())
    return entries.filter((entry) => !entry.settled || isWaiting(entry) || needsAttention(entry))
  }

  /** What the server knows this device by, once something was recorded or sent. */
  async device(): Promise<string | undefined> {
    return (await this.options.store.read((tx) => tx.state()))?.device
  }

  /** The mutations that touch a document and have no final receipt yet. */
  async pendingFor(id: string): Promise<OutboxEntry[]> {
    const entries = await this.options.store.entriesTouching(id)
    return entries.filter((entry) => isWaiting(entry) || entry.state === 'parked')
  }

  async dismiss(seq: number): Promise<void> {
    await this.options.store.transaction((tx) => dismiss(tx, seq))
    await this.#board.refresh()
    this.#channel.post({ type: 'recorded' })
  }

  /**
   * JSON text of everything the server has not taken, payloads included; a revoked device then drops its
   * documents.
   */
  async exportUnsent(): Promise<string> {
    const { store, clock, app } = this.options
    const text = await exportUnsent(store, app, timestamp(clock))
    if (this.#board.revoked) await this.#revocation.dropDocuments()
    return text
  }

  async buckets(): Promise<{ bucket: string; count: number; checkedAt: string | null }[]> {
    const held = await this.options.store.read((tx) => tx.buckets())
    return held
      .map(({ bucket, count, checked_at }) => ({ bucket, count, checkedAt: checked_at }))
      .sort((a, b) => (a.bucket < b.bucket ? -1 : 1))
  }

  /** Deletes this user's database, the outbox and the photos too: offer the export first. */
  async wipe(): Promise<void> {
    await this.stop()
    await this.options.store.wipe()
    this.#cycle.forgetGreeting()
    this.#changed([])
    await this.#board.refresh()
  }

  async #runCycle(): Promise<void> {
    if (this.#board.revoked) await this.#revocation.refuse()
    await this.#cycle.run()
  }

  async #cycleEnded(error: unknown): Promise<void> {
    if (error === null) this.#board.lead({ phase: 'idle', error: null, progress: null })
    else {
      this.#cycle.forgetGreeting()
      this.#board.lead({ ...phaseAfter(error), progress: null })
    }
    if (error instanceof Refused && error.code === 'device_revoked')
      await this.#revocation.begin(error.params.wipe === true)
    await this.#board.refresh()
    this.#channel.post({ type: 'synced' })
    if (error !== null) return
    void this.uploads.run()
    void this.room.keep().catch(() => false)
  }

  #changed(keys: DocumentKey[]): void {
    if (keys.length === 0) return
    this.#changes.tell(keys)
    this.#channel.post({ type: 'changed', keys })
  }

  /** Whoever leads, this tab or another, sends what was recorded. */
  #wantSync(): void {
    this.#channel.post({ type: 'recorded' })
    this.#loop.wake('record')
  }

  #hear(message: ChannelMessage): void {
    if (message.type === 'ask') return this.#leadership.holding ? this.#board.announce() : undefined
    if (message.type === 'changed') this.#changes.tell(message.keys)
    if (message.type === 'uploads') this.uploads.tell()
    if (message.type === 'leader') this.#board.follow(message.part)
    else void this.#board.refresh()
    if (message.type === 'recorded') this.#loop.wake('record')
    if (message.type === 'sync') this.#loop.wake('user')
  }
}
