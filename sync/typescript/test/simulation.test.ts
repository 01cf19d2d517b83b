import { expect, it } from 'vitest'
import { ConnectionLost, Refused } from '../src/errors'
import type { Doc } from '../src/messages'
import { phone, STORES, visible, type Phone } from './support/phone'
import { seededRandom } from './support/ports'
import { FakeServer } from './support/server'

const [memory] = STORES
const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 20)
const FIRST = Number(process.env.SIMULATION_FIRST_SEED ?? 1)
const STEPS = 120

type Dice = (sides: number) => number

/** Three phones of one user, others at work, and a line that loses questions and answers. */
class World {
  readonly server = new FakeServer()
  readonly phones: Phone[]
  readonly recorded: string[] = []
  #healthy = false
  #epochs = 1
  #restore: ((epoch: string) => void) | null = null

  constructor(private readonly dice: Dice) {
    this.phones = [1, 2, 3].map(() => phone(memory![1], { server: this.server }))
    this.server.limits = { mutations: 1 + dice(6), bytes: 4_194_304, rows: 1 + dice(12) }
    this.server.granted.add('account:1')
    this.server.before = (path) => this.#fault(path)
    this.server.after = (path) => this.#fault(path)
  }

  #fault(path: string): void {
    if (this.#healthy) return
    const thrown = this.dice(14)
    if (thrown < 2) throw new ConnectionLost(`the line broke at ${path}`)
    if (thrown === 2) throw new Refused(503, 'unavailable')
  }

  async step(): Promise<void> {
    const actor = this.phones[this.dice(3)] as Phone
    const id = `item-${this.dice(12)}`
    const actions: (() => Promise<void> | void)[] = [
      () => this.#record(actor, 'items.create', { id, text: `${this.recorded.length}` }),
      () => this.#edit(actor, id),
      () => this.#edit(actor, id),
      () => this.#record(actor, 'items.forbid', { id: `forbidden-${this.recorded.length}` }),
      () => this.#record(actor, 'items.park', { id: `parked-${this.recorded.length}` }),
      () => this.server.put('item', id, { id, text: `theirs ${this.dice(1_000)}` }, this.#buckets()),
      () => this.server.remove('item', id),
      () => this.#regrant(),
      () => actor.engine.syncNow(),
      () => actor.engine.syncNow(),
      () => actor.engine.syncNow(),
      () => this.#lose(actor, id),
    ]
    await actions[this.dice(actions.length)]?.()
  }

  backUpOrRestore(): void {
    if (this.#restore) this.#restore(`e${++this.#epochs}`)
    this.#restore = this.#restore ? null : this.server.backup()
  }

  async heal(): Promise<void> {
    this.#healthy = true
    this.server.rejectParked()
    for (let round = 0; round < 2; round++) {
      for (const { engine } of this.phones) await engine.syncNow()
      this.server.rejectParked()
    }
    for (const { engine } of this.phones) await engine.syncNow()
  }

  async #record({ engine }: Phone, name: string, args: Doc): Promise<void> {
    const token = `t${this.recorded.length}`
    this.recorded.push(token)
    await engine.record(name, { ...args, token })
  }

  async #edit(actor: Phone, id: string): Promise<void> {
    const seen = await actor.engine.get('item', id)
    const text = `mine ${this.recorded.length}`
    await this.#record(actor, 'items.edit', { id, set: { text }, base: { text: seen?.text ?? null } })
    if (seen) expect((await actor.engine.get('item', id))?.text).toBe(text)
  }

  #buckets(): string[] {
    return [['org'], ['account:1'], ['org', 'account:1']][this.dice(3)] as string[]
  }

  #regrant(): void {
    const { granted } = this.server
    if (!granted.delete('account:1')) granted.add('account:1')
  }

  /** A database that loses a row without noticing, which the checks must notice. */
  async #lose({ store }: Phone, id: string): Promise<void> {
    const [row] = await store.transaction((tx) => tx.documents([{ kind: 'item', id }]))
    if (!row || row.pending) return
    await store.transaction((tx) => tx.deleteDocuments([{ kind: 'item', id }]))
    this.server.put('item', `fresh-${id}`, { id: `fresh-${id}` }, row.buckets)
  }
}

async function run(seed: number, restores: boolean): Promise<World> {
  const random = seededRandom(seed)
  const dice: Dice = (sides) => Math.floor(random.number() * sides)
  const world = new World(dice)
  for (let step = 0; step < STEPS; step++) {
    await world.step()
    if (restores && dice(25) === 0) world.backUpOrRestore()
  }
  await world.heal()
  for (const { engine, store } of world.phones) {
    expect(engine.status()).toMatchObject({ phase: 'idle', waiting: 0 })
    expect(await visible(store)).toEqual(world.server.visible())
    const left = await engine.outbox()
    expect(left.filter(({ state }) => state !== 'rejected' && state !== 'merged')).toEqual([])
  }
  return world
}

const seeds = Array.from({ length: SEEDS }, (_, i) => FIRST + i)

it.each(seeds)('three phones on a bad line agree in the end and everything is done once, seed %i', async (seed) => {
  const { server, recorded } = await run(seed, false)
  expect([...server.executed].sort()).toEqual([...recorded].sort())
})

it.each(seeds)('nothing is lost and all agree though the server is restored from backups, seed %i', async (seed) => {
  const { server, recorded } = await run(seed, true)
  expect(new Set(server.executed)).toEqual(new Set(recorded))
})
