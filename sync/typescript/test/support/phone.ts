import 'fake-indexeddb/auto'
import type { Channel, ChannelMessage } from '../../src/channel'
import { Engine } from '../../src/engine'
import { processLock } from '../../src/leader'
import type { Doc } from '../../src/messages'
import type { EngineOptions } from '../../src/options'
import type { LocalContext, LocalHandler } from '../../src/overlay'
import { IndexedDbStore } from '../../src/stores/indexeddb'
import { MemoryStore } from '../../src/stores/memory'
import type { KindIndexes, Store } from '../../src/stores/store'
import type { Transport } from '../../src/transport'
import { ManualClock, seededRandom } from './ports'
import { FakeServer } from './server'

export const INDEXES: KindIndexes = {
  item: { order: (item) => item.rank ?? 0, refs: (item) => (item.list ? [`list:${item.list}`] : []) },
}

/** Every store, made fresh; one suite runs over both. */
export const STORES: [name: string, make: (userId: string) => Store][] = [
  ['memory', (userId) => new MemoryStore(userId, INDEXES)],
  ['indexeddb', (userId) => new IndexedDbStore(userId, INDEXES)],
]

function create({ token, ...item }: Doc, context: LocalContext): void {
  context.put('item', item.id, item)
}

const HANDLERS: Record<string, LocalHandler> = {
  'items.create': create,
  'items.edit': async ({ id, set }: Doc, context) => {
    const item = await context.get('item', id)
    if (item) context.put('item', id, { ...item, ...set })
  },
  'items.remove': ({ id }: Doc, context) => context.remove('item', id),
  'items.forbid': create,
  'items.park': create,
  'items.broken': () => {
    throw new Error('a handler that fails')
  },
}

export interface Phone {
  engine: Engine
  store: Store
  server: FakeServer
  clock: ManualClock
  lock: ReturnType<typeof processLock>
}

let users = 0

export function newUser(): string {
  return `user-${++users}`
}

/** A phone with a server of its own, unless one is handed over. */
export function phone(
  make: (userId: string) => Store,
  parts: Partial<EngineOptions> & { server?: FakeServer } = {},
): Phone {
  const server = parts.server ?? new FakeServer()
  const clock = (parts.clock as ManualClock | undefined) ?? new ManualClock()
  const lock = (parts.lock as ReturnType<typeof processLock> | undefined) ?? processLock()
  const store = parts.store ?? make(newUser())
  const engine = new Engine({
    ...{ store, transport: server as Transport, handlers: HANDLERS, clock, random: seededRandom(7), lock },
    versions: Object.fromEntries(Object.keys(HANDLERS).map((name) => [name, 1])),
    ...{
      app: 'test',
      schema: 1,
      platform: 'node',
      deviceName: 'test',
      channel: quietChannel(),
      surroundings: () => () => {},
    },
    ...parts,
  })
  return { engine, store, server, clock, lock }
}

export function quietChannel(): Channel {
  return { post: () => {}, listen: () => () => {}, close: () => {} }
}

/** Channels that hear each other, as tabs do. */
export function linkedChannels(): () => Channel {
  const ears = new Set<{ owner: number; listener: (message: ChannelMessage) => void }>()
  let owners = 0
  return () => {
    const owner = ++owners
    return {
      post: (message) => ears.forEach((ear) => ear.owner !== owner && queueMicrotask(() => ear.listener(message))),
      listen(listener) {
        const ear = { owner, listener }
        ears.add(ear)
        return () => ears.delete(ear)
      },
      close: () => {},
    }
  }
}

/** Everything screens can see, by `kind|id`. */
export async function visible(store: Store): Promise<Record<string, Doc>> {
  const rows = await store.transaction((tx) => tx.documentsBefore(Infinity))
  const shown = rows.filter((row) => row.document)
  return Object.fromEntries(shown.map((row) => [`${row.kind}|${row.id}`, row.document as Doc]))
}

export async function states(engine: Engine): Promise<string[]> {
  return (await engine.outbox()).map((entry) => `${entry.seq} ${entry.state}`)
}
