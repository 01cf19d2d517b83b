/** One tab of a phone's app: an engine with a life, a clock and a screen of its own, on what all tabs share. */

import { Engine } from 'cairn-sync'
import type { Channel, ChannelMessage } from '../../../../sync/typescript/src/channel'
import type { Random } from '../../../../sync/typescript/src/clock'
import type { Held, LeaderLock } from '../../../../sync/typescript/src/leader'
import { keyOf, type Limits } from '../../../../sync/typescript/src/messages'
import type { Store } from '../../../../sync/typescript/src/stores/store'
import { handlers as customers } from '../../../../pwa/src/screens/customers/mutations'
import { handlers as tickets } from '../../../../pwa/src/screens/tickets/mutations'
import { handlers as visits } from '../../../../pwa/src/screens/visits/mutations'
import type { PhoneClock } from './clock'
import type { Disk } from './disk'
import { Life } from './life'
import { MortalStore } from './mortal-store'
import { transportOf, type Watch } from './transport'

const HANDLERS = { ...customers, ...visits, ...tickets, 'conflicts.resolve': () => {}, 'refusals.close': () => {} }
const VERSIONS = Object.fromEntries(Object.keys(HANDLERS).map((name) => [name, 1]))

/** What the tabs of one phone have in common. */
export interface Shared {
  label: string
  disk: Disk
  lock: LeaderLock
  random: Random
  limits: Partial<Limits>
  tabs: Tab[]
  watch: Watch
  /** After each transaction of any tab that wrote documents. */
  committed(store: Store): Promise<void>
}

export class Tab {
  readonly life = new Life()
  readonly engine: Engine
  /** Documents that were written since this tab's screens have read them, and by whom. */
  readonly #unseen = new Map<string, Tab>()
  readonly #ears = new Set<(message: ChannelMessage) => void>()

  constructor(
    private readonly shared: Shared,
    readonly clock: PhoneClock,
  ) {
    const { label, disk, limits, lock, random, watch } = shared
    this.engine = new Engine({
      store: new MortalStore(disk, this.life, (store, written) => this.#committed(store, written)),
      transport: transportOf(label, this.life, limits, watch),
      ...{ handlers: HANDLERS, versions: VERSIONS, clock, random },
      lock: mortalLock(lock, this.life),
      channel: this.#channel(),
      surroundings: () => () => {},
      ...{ app: 'simulation', schema: 1, platform: 'node', deviceName: label },
    })
    this.engine.onChange((keys) => keys.forEach((key) => this.#unseen.delete(keyOf(key))))
    this.engine.start()
  }

  /** Time has passed; a frozen tab learns of it when it wakes. */
  advance(trueMs: number): void {
    this.clock.pass(trueMs)
    if (this.life.awake) this.clock.runDue()
  }

  /** Documents that a living tab has written and this one, awake, was not told of. */
  untold(): string[] {
    if (!this.life.awake) return []
    for (const [key, { life }] of this.#unseen) if (life.dead) this.#unseen.delete(key)
    return [...this.#unseen].filter(([, writer]) => writer.life.awake).map(([key]) => key)
  }

  async #committed(store: Store, written: string[]): Promise<void> {
    for (const tab of this.shared.tabs) for (const key of written) tab.#unseen.set(key, this)
    await this.shared.committed(store)
  }

  #channel(): Channel {
    const { tabs } = this.shared
    const hear = (tab: Tab, message: ChannelMessage) =>
      tab.life.whenAwake(() => tab.#ears.forEach((ear) => ear(message)))
    return {
      post: (message) =>
        tabs.forEach((tab) => tab !== this && queueMicrotask(() => hear(tab, structuredClone(message)))),
      listen: (listener) => {
        this.#ears.add(listener)
        return () => this.#ears.delete(listener)
      },
      close: () => {},
    }
  }
}

/** The phone's lock as one tab has it: the browser takes it back from a dead tab, and leaves it to a frozen one. */
function mortalLock(lock: LeaderLock, life: Life): LeaderLock {
  const held =
    (work: Held): Held =>
    (lost) =>
      new Promise((resolve, reject) => {
        const heard = new AbortController()
        lost.addEventListener('abort', () => life.whenAwake(() => heard.abort('lost')))
        life.ended.addEventListener('abort', () => resolve())
        life.whenAwake(() => work(heard.signal).then(resolve, reject))
      })
  async function living<T>(answer: Promise<T>): Promise<T> {
    const given = await answer
    return life.dead ? new Promise<never>(() => {}) : given
  }
  return {
    hold: (name, signal, work) => living(lock.hold(name, AbortSignal.any([signal, life.ended]), held(work))),
    attempt: (name, work) => living(lock.attempt(name, held(work))),
    steal: (name, work) => living(lock.steal(name, held(work))),
  }
}
