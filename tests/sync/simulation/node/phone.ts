/** A phone of the simulation: a database that stays, and an app on it that comes and goes. */

import { Dexie } from 'dexie'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { Engine, processLock } from 'cairn-sync'
import type { Doc } from '../../../../sync/typescript/src/messages'
import { IndexedDbStore } from '../../../../sync/typescript/src/stores/indexeddb'
import { MemoryStore } from '../../../../sync/typescript/src/stores/memory'
import type { Store } from '../../../../sync/typescript/src/stores/store'
import { seededRandom } from '../../../../sync/typescript/test/support/ports'
import { handlers as customers } from '../../../../pwa/src/screens/customers/mutations'
import { handlers as tickets } from '../../../../pwa/src/screens/tickets/mutations'
import { handlers as visits } from '../../../../pwa/src/screens/visits/mutations'
import { PhoneClock } from './clock'
import { Flicker } from './flicker'
import { Life, MortalStore } from './mortal-store'
import { transportOf } from './transport'

export interface Setting {
  phone: string
  user: string
  store: 'memory' | 'indexeddb'
  rows: number
  mutations: number
  seed: number
  now: number
  error_ms: number
}

const HANDLERS = { ...customers, ...visits, ...tickets, 'conflicts.resolve': () => {}, 'refusals.close': () => {} }
const VERSIONS = Object.fromEntries(Object.keys(HANDLERS).map((name) => [name, 1]))

export class Phone {
  readonly flicker = new Flicker()
  readonly clock: PhoneClock
  readonly #random
  #disk: Store
  #life!: Life
  #engine!: Engine
  #lastError: unknown = null

  constructor(
    private readonly setting: Setting,
    disk?: Store,
  ) {
    this.clock = new PhoneClock(setting.now)
    this.clock.errorMs = setting.error_ms
    this.#random = seededRandom(setting.seed)
    this.#disk = disk ?? newDisk(setting)
    this.#start()
  }

  #start(): void {
    const { phone, rows, mutations } = this.setting
    this.#life = new Life(() => this.clock.silence())
    const watch = (path: string, request: unknown, answer: unknown) => this.flicker.watch(path, request, answer)
    this.#engine = new Engine({
      store: new MortalStore(this.#disk, this.#life, (store) => this.flicker.check(store)),
      transport: transportOf(phone, this.#life, { rows, mutations }, watch),
      handlers: HANDLERS,
      versions: VERSIONS,
      clock: this.clock,
      random: this.#random,
      lock: processLock(),
      channel: { post: () => {}, listen: () => () => {}, close: () => {} },
      surroundings: () => () => {},
      ...{ app: 'simulation', schema: 1, platform: 'node', deviceName: phone },
    })
    this.#engine.start()
  }

  async record(name: string, args: Doc): Promise<{ at: string } | null> {
    try {
      this.flicker.supersede(args)
      const { at } = await this.#engine.record(name, args)
      this.flicker.recorded(name, args, at)
      return { at }
    } catch (error) {
      if (error instanceof DOMException) return null // the person was told that it is not saved
      throw error
    }
  }

  sync(): void {
    void this.#engine.syncNow()
  }

  endAfter(awaits: number): void {
    this.#life.endAfter(awaits)
  }

  fill(writes: number): void {
    this.#life.full = writes
  }

  /** Whoever died, starts again. */
  revive(): void {
    if (this.#life.dead) this.#start()
  }

  resize(rows: number, mutations: number): void {
    Object.assign(this.setting, { rows, mutations })
  }

  evict(): void {
    this.#life.end()
    this.flicker.forget()
    this.#disk = newDisk(this.setting)
    this.#start()
  }

  async clone(phone: string, now: number): Promise<Phone> {
    const setting = { ...this.setting, phone, now, error_ms: this.clock.errorMs }
    const disk = newDisk(setting)
    await copyDisk(this.#disk, disk)
    return new Phone(setting, disk)
  }

  status(): Doc {
    const { phase, error } = this.#engine.status()
    return { phase, error }
  }

  /** Everything that its database holds: what is shown, what is held, and what waits. */
  async look(): Promise<Doc> {
    const found = await this.#disk.transaction(async (tx) => ({
      rows: await tx.documentsBefore(Infinity),
      entries: await tx.entries(),
      device: (await tx.state())?.device ?? '',
    }))
    return {
      device: found.device,
      waiting: found.entries.filter(({ state }) => state === 'queued' || state === 'sending').length,
      refused: found.entries.filter(({ state }) => state === 'rejected').map(({ name, args }) => [name, args]),
      documents: found.rows.filter(({ document }) => document).map(({ kind, id, document }) => [kind, id, document]),
      held: found.rows.flatMap(({ kind, id, buckets, seqs }) =>
        buckets.map((bucket, i) => [bucket, kind, id, seqs[i]]),
      ),
      pending: found.rows.filter(({ pending }) => pending).length,
    }
  }

  /** The device was shut out: what is unsent is brought, by its person, into a new database. */
  async beginAnew(): Promise<void> {
    const unsent = (await this.#disk.transaction((tx) => tx.entries())).filter(
      ({ state }) => state === 'queued' || state === 'sending',
    )
    this.evict()
    for (const { name, args } of unsent) await this.record(name, args)
    this.flicker.forget() // what has no ground here yet shows only when all is fetched
  }
}

function newDisk({ user, store }: Setting): Store {
  if (store === 'memory') return new MemoryStore(user)
  Dexie.dependencies = { indexedDB: new IDBFactory(), IDBKeyRange }
  return new IndexedDbStore(user)
}

async function copyDisk(from: Store, to: Store): Promise<void> {
  const copied = await from.transaction(async (tx) => ({
    state: await tx.state(),
    rows: await tx.documentsBefore(Infinity),
    buckets: await tx.buckets(),
    entries: await tx.entries(),
  }))
  await to.transaction(async (tx) => {
    if (copied.state) await tx.putState(copied.state)
    await tx.putDocuments(copied.rows)
    await tx.putBuckets(copied.buckets)
    await tx.putEntries(copied.entries)
  })
}
