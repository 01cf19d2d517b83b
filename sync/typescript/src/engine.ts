/** The door to everything a phone knows and does: record mutations, read documents, stay in step. */

import { tabChannel, type Channel, type ChannelMessage } from './channel'
import { timestamp, uuidv7 } from './clock'
import { firstState, forgetDocuments } from './cursor'
import { Cycle } from './cycle'
import { EngineError, Refused } from './errors'
import { exportUnsent } from './export'
import { Live } from './live'
import { Loop } from './loop'
import { DEFAULT_LIMITS, type Doc, type DocumentKey } from './messages'
import type { EngineOptions } from './options'
import { dismiss, isWaiting, needsAttention, OUTBOX_LIMIT, type OutboxEntry } from './outbox'
import { layOver, type LocalHandler } from './overlay'
import { bytesOf, ENVELOPE_BYTES, wireMutation } from './push'
import { phaseAfter, StatusBoard, type SyncStatus } from './status'
import type { ListOptions, StoreTransaction } from './stores/store'
import { UploadQueue } from './uploads'

type Listener<T> = (value: T) => void

export class Engine {
  readonly uploads: UploadQueue
  readonly #board: StatusBoard
  readonly #channel: Channel
  readonly #cycle: Cycle
  readonly #loop: Loop
  readonly #live: Live
  readonly #changeListeners = new Set<Listener<DocumentKey[]>>()
  readonly #overlay: { handlers: Record<string, LocalHandler>; userId: string; generation: number }
  readonly #stopListening: () => void
  #standing: AbortController | null = null
  #leading = false
  #ended: Promise<void> = Promise.resolve()

  constructor(private readonly options: EngineOptions) {
    const { store, transport, clock, random, handlers } = options
    const { app, schema, platform, deviceName } = options
    this.#channel = options.channel ?? tabChannel(store.name)
    this.#board = new StatusBoard(store, this.#channel)
    this.#overlay = { handlers, userId: store.userId, generation: 1 }
    const changed = (keys: DocumentKey[]) => this.#changed(keys)
    this.uploads = new UploadQueue({
      store,
      transport,
      clock,
      random,
      onChange: () => this.#uploadsChanged(),
      onQueued: () => this.#wantSync(),
      onSent: () => this.#loop.wake('poke'),
    })
    this.#cycle = new Cycle({
      ...{ store, transport, clock, random, overlay: this.#overlay },
      profile: { app, schema, platform, deviceName },
      onPhase: (phase) => this.#board.lead({ phase, error: null }),
      onProgress: (rows) => this.#board.lead({ progress: { rows } }),
      onChange: changed,
    })
    this.#loop = new Loop({
      clock,
      random,
      cycle: () => this.#runCycle(),
      onEnd: (error) => this.#cycleEnded(error),
    })
    this.#live = new Live({
      transport,
      clock,
      random,
      surroundings: options.surroundings,
      wake: (r) => this.#loop.wake(r),
    })
    this.#stopListening = this.#channel.listen((message) => this.#hear(message))
    void this.#board.refresh()
  }

  /**
   * Stores a mutation under the next seq and shows its effect, in one transaction; sending follows by
   * itself.
   */
  async record(name: string, args: unknown): Promise<OutboxEntry> {
    const v = Object.hasOwn(this.options.versions, name) ? this.options.versions[name] : undefined
    if (v === undefined) throw new EngineError('unknown_mutation', { name })
    // What is stored is exactly what JSON will carry, whatever proxies and undefined fields the screen
    // hands over.
    const plain: unknown = JSON.parse(JSON.stringify(args ?? {}))
    const entry = await this.options.store.transaction((tx) => this.#store(tx, name, v, plain))
    this.#changed(entry.touches)
    await this.#board.refresh()
    this.#wantSync()
    return entry
  }

  async #store(tx: StoreTransaction, name: string, v: number, args: unknown): Promise<OutboxEntry> {
    const { clock, random, schema } = this.options
    const waiting = (await tx.countIn('queued')) + (await tx.countIn('sending'))
    if (waiting >= OUTBOX_LIMIT) throw new EngineError('outbox_full', { limit: OUTBOX_LIMIT })
    const state = (await tx.state()) ?? firstState(uuidv7(clock, random), schema)
    const entry: OutboxEntry = {
      ...{ seq: state.next_seq, name, v, at: timestamp(clock), args },
      ...{ state: 'queued', touches: [], settled: false, dismissed: false },
    }
    const limit = Math.min(state.limits.bytes, DEFAULT_LIMITS.bytes) - ENVELOPE_BYTES
    const bytes = bytesOf(wireMutation(entry))
    if (bytes > limit) throw new EngineError('mutation_too_large', { bytes, limit })
    entry.touches = await layOver(tx, entry, { ...this.#overlay, generation: state.generation })
    await tx.putEntries([entry])
    await tx.putState({ ...state, next_seq: state.next_seq + 1 })
    return entry
  }

  /** Ends when a cycle begun after this call has ended, well or not: the status says which. */
  async syncNow(): Promise<void> {
    if (this.#leading) return this.#loop.run()
    const alone = await this.options.lock.attempt(this.options.store.name, () => this.#loop.run())
    if (!alone) this.#channel.post({ type: 'sync' })
  }

  /** Takes part in leading: the first tab syncs, the others take over when it goes. */
  start(): void {
    if (this.#standing) return
    const standing = new AbortController()
    this.#standing = standing
    const { lock, store } = this.options
    this.#ended = lock.hold(store.name, standing.signal, () => this.#lead(standing.signal))
  }

  async stop(): Promise<void> {
    this.#standing?.abort()
    this.#standing = null
    await this.#ended
  }

  async #lead(until: AbortSignal): Promise<void> {
    this.#leading = true
    this.#board.lead({ leader: true })
    this.#loop.start()
    this.#live.start()
    if (!until.aborted) {
      await new Promise((resolve) => until.addEventListener('abort', resolve, { once: true }))
    }
    this.#live.stop()
    this.uploads.stop()
    await this.#loop.stop()
    this.#leading = false
    this.#board.lead({ leader: false, phase: 'idle', progress: null })
  }

  /** Stops for good and lets go of the database. */
  async close(): Promise<void> {
    await this.stop()
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
    this.#changeListeners.add(listener)
    return () => this.#changeListeners.delete(listener)
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
    const entries = await this.options.store.transaction((tx) => tx.entries())
    return entries.filter((entry) => !entry.settled || isWaiting(entry) || needsAttention(entry))
  }

  /** What the server knows this device by, once something was recorded or sent. */
  async device(): Promise<string | undefined> {
    return (await this.options.store.transaction((tx) => tx.state()))?.device
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
    if (this.#board.revoked) await this.#wipeDocuments()
    return text
  }

  async buckets(): Promise<{ bucket: string; count: number; checkedAt: string | null }[]> {
    const held = await this.options.store.transaction((tx) => tx.buckets())
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
    if (this.#board.revoked) throw new Refused(403, 'device_revoked')
    await this.#cycle.run()
  }

  async #cycleEnded(error: unknown): Promise<void> {
    if (error === null) this.#board.lead({ phase: 'idle', error: null, progress: null })
    else {
      this.#cycle.forgetGreeting()
      this.#board.lead({ ...phaseAfter(error), progress: null })
    }
    if (error instanceof Refused && error.code === 'device_revoked') await this.#revoked()
    await this.#board.refresh()
    this.#channel.post({ type: 'synced' })
    if (error === null) void this.uploads.run()
  }

  /** Documents stay until the export was offered; with nothing unsent there is nothing to offer. */
  async #revoked(): Promise<void> {
    const { store } = this.options
    await store.transaction(async (tx) => {
      const state = await tx.state()
      if (state) await tx.putState({ ...state, revoked: true })
    })
    await this.#board.refresh()
    const { waiting, attention, uploads } = this.status()
    if (waiting + attention + uploads.waiting === 0) await this.#wipeDocuments()
  }

  async #wipeDocuments(): Promise<void> {
    const gone = await this.options.store.transaction((tx) => forgetDocuments(tx))
    this.#changed(gone)
  }

  #changed(keys: DocumentKey[]): void {
    if (keys.length === 0) return
    for (const listener of this.#changeListeners) listener(keys)
    this.#channel.post({ type: 'changed', keys })
  }

  /** Whoever leads, this tab or another, sends what was recorded. */
  #wantSync(): void {
    this.#channel.post({ type: 'recorded' })
    this.#loop.wake('record')
  }

  #uploadsChanged(): void {
    void this.#board.refresh()
    this.#channel.post({ type: 'uploads' })
  }

  #hear(message: ChannelMessage): void {
    if (message.type === 'changed') for (const listener of this.#changeListeners) listener(message.keys)
    if (message.type === 'uploads') this.uploads.tell()
    if (message.type === 'leader') this.#board.follow(message.part)
    else void this.#board.refresh()
    if (this.#leading && message.type === 'recorded') this.#loop.wake('record')
    if (this.#leading && message.type === 'sync') this.#loop.wake('user')
  }
}
