/** A phone of the simulation: a disk and a lock that stay, and tabs of an app on it that come and go. */

import { processLock } from 'cairn-sync'
import type { Doc } from '../../../../sync/typescript/src/messages'
import { seededRandom } from '../../../../sync/typescript/test/support/ports'
import { PhoneClock } from './clock'
import { Disk, type Engine, type Trouble } from './disk'
import { Flicker } from './flicker'
import type { Fate } from './life'
import { Tab, type Shared } from './tab'

export interface Setting {
  phone: string
  user: string
  store: Engine
  tabs: number
  rows: number
  mutations: number
  seed: number
  now: number
  error_ms: number
}

/** What a person is told when a disk refuses; Dexie has classes of its own for these names. */
const REFUSALS = new Set(['AbortError', 'QuotaExceededError', 'EngineError'])

interface Tap {
  tab: number
  name: string
  args: Doc
}
/** `at` is null for what its author was told is not saved; for what nobody lived to tell of, there is no answer. */
type Answer = { at: string | null } | null

export class Phone {
  readonly flicker = new Flicker()
  readonly #shared: Shared
  readonly #tabs: Tab[] = []
  /** How often each mutation may be in the outbox: as often as it was not refused. */
  readonly #accepted: Map<string, number>
  readonly #wrong: string[] = []
  #errorMs: number
  #moves = 0

  constructor(
    private readonly setting: Setting,
    disk?: Disk,
    accepted?: Map<string, number>,
  ) {
    const { phone, user, store, rows, mutations, seed } = setting
    this.#errorMs = setting.error_ms
    this.#accepted = new Map(accepted)
    this.#shared = {
      ...{ label: phone, disk: disk ?? new Disk(user, store), lock: processLock(), tabs: this.#tabs },
      ...{ random: seededRandom(seed), limits: { rows, mutations } },
      watch: (path, request, answer) => this.flicker.watch(path, request, answer),
      committed: (held) => this.flicker.check(held),
    }
    for (let place = 0; place < setting.tabs; place++) this.#open(place, setting.now)
  }

  #open(place: number, now: number): void {
    this.#tabs[place] = new Tab(this.#shared, new PhoneClock(now, () => this.#errorMs))
  }

  /** The tab in front of its person: the one asked for, or the first that is awake. */
  #tab(place: number): Tab {
    const asked = this.#tabs[place % this.#tabs.length]
    return asked?.life.awake ? asked : (this.#tabs.find(({ life }) => life.awake) ?? (this.#tabs[0] as Tab))
  }

  /** At the same moment, in whichever tabs; an answer that never comes stays null. */
  record(taps: Tap[]): Answer[] {
    const answers: Answer[] = taps.map(() => null)
    taps.forEach((tap, i) =>
      this.#record(tap, taps.length > 1).then(
        (answer) => (answers[i] = answer),
        (error: unknown) => this.#wrong.push(String(error)),
      ),
    )
    return answers
  }

  async #record({ tab, name, args }: Tap, contested: boolean): Promise<Answer> {
    const [key, began] = [JSON.stringify([name, args]), this.#moves]
    this.flicker.supersede(args)
    this.#accept(key, 1)
    try {
      const { at } = await this.#tab(tab).engine.record(name, args)
      // A tab that was frozen over it tells of it late: another may have sent it long ago.
      if (began === this.#moves) this.flicker.recorded(name, args, at, contested)
      return { at }
    } catch (error) {
      if (!REFUSALS.has((error as Error).name)) throw error
      this.#accept(key, -1)
      if ((await this.#kept(key)) > (this.#accepted.get(key) ?? 0)) throw new Error(`${key} was refused, and is kept`)
      return { at: null }
    }
  }

  #accept(key: string, count: number): void {
    this.#accepted.set(key, (this.#accepted.get(key) ?? 0) + count)
  }

  async #kept(key: string): Promise<number> {
    const entries = await this.#shared.disk.view.transaction((tx) => tx.entries())
    return entries.filter(({ name, args }) => JSON.stringify([name, args]) === key).length
  }

  sync(tab: number): void {
    void this.#tab(tab).engine.syncNow()
  }

  /** One of its tabs is closed, or frozen, at the so-many-th await from now. */
  meet(tab: number, fate: Fate, awaits: number): void {
    this.#tabs[tab % this.#tabs.length]?.life.meet(fate, awaits)
  }

  end(): void {
    for (const { life } of this.#tabs) life.end()
  }

  /** Its person looks at every tab; none is frozen any more. */
  thaw(): void {
    for (const tab of this.#tabs) tab.life.thaw()
  }

  /** Nothing more goes wrong. Where all tabs are frozen, its person looks at one. */
  recover(): void {
    this.fail('full', 0, 0)
    for (const { life } of this.#tabs) life.meet('end', Infinity)
    if (!this.#tabs.some(({ life }) => life.awake)) this.#tabs[0]?.life.thaw()
  }

  fail(trouble: Trouble, after: number, times: number): void {
    this.#shared.disk.fail(trouble, after, times)
  }

  /** Time passes; a tab that died is opened again. */
  advance(now: number): void {
    this.#moves++
    this.#tabs.forEach((tab, place) => (tab.life.dead ? this.#open(place, now) : tab.advance(now)))
  }

  resize(rows: number, mutations: number): void {
    Object.assign(this.#shared.limits, { rows, mutations })
  }

  setClock(errorMs: number): void {
    this.#errorMs = errorMs
  }

  evict(now: number): void {
    this.end()
    this.flicker.forget()
    this.#accepted.clear()
    this.#shared.disk = new Disk(this.setting.user, this.setting.store)
    this.#shared.lock = processLock()
    this.advance(now)
  }

  async clone(phone: string, now: number): Promise<Phone> {
    const { user, store } = this.setting
    const { rows = 0, mutations = 0 } = this.#shared.limits
    const disk = new Disk(user, store)
    await this.#shared.disk.copyTo(disk)
    const setting = { ...this.setting, phone, now, rows, mutations, error_ms: this.#errorMs }
    return new Phone(setting, disk, this.#accepted)
  }

  status(): Doc {
    const leader = this.#tabs.find(({ life, engine }) => life.awake && engine.status().leader) ?? this.#tab(0)
    const { phase, error, leader: leads } = leader.engine.status()
    return { phase, error, leader: leads }
  }

  /** What is wrong with what its tabs show. */
  takeFound(): string[] {
    const untold = this.#tabs.flatMap((tab, place) => tab.untold().map((key) => `tab ${place} was not told of ${key}`))
    return [...this.#wrong.splice(0), ...this.flicker.found.splice(0), ...untold]
  }

  /** Everything that its database holds: what is shown, what is held, and what waits. */
  async look(): Promise<Doc> {
    const found = await this.#shared.disk.view.transaction(async (tx) => ({
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
  async beginAnew(now: number): Promise<void> {
    const entries = await this.#shared.disk.view.transaction((tx) => tx.entries())
    const unsent = entries.filter(({ state }) => state === 'queued' || state === 'sending')
    this.evict(now)
    for (const { name, args } of unsent) await this.#record({ tab: 0, name, args }, false)
    this.flicker.forget() // what has no ground here yet shows only when all is fetched
  }
}
