/**
 * How long a phone takes to store a first pull: 10,000 documents of 400 bytes, through the real engine into
 * IndexedDB, next to a bare bulkPut of the same rows in the same browser. `window.measure(count)` answers both.
 */

import { Dexie } from 'dexie'
import { createTransport, Engine, IndexedDbStore, processLock, systemClock, systemRandom, uuidv7 } from '../src/index'
import type { PullAnswer, Row } from '../src/messages'

const PAGE = 5_000

interface Measured {
  engineMs: number
  bareMs: number
  longestRecordMs: number
  secondPullMs: number
}

function documents(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const id = uuidv7()
    const document = {
      id,
      name: `Customer ${i}`,
      owner_id: uuidv7(),
      created_at: '2026-11-22T10:00:00.000Z',
      notes: '',
    }
    document.notes = 'n'.repeat(400 - JSON.stringify(document).length)
    return [`account:${i % 200}`, 'account', id, i + 1, document]
  })
}

function answers(rows: Row[]): PullAnswer[] {
  const pages = Math.ceil(rows.length / PAGE)
  return Array.from({ length: pages }, (_, i) => ({
    ...{ epoch: 'e', cursor: `c${i}`, more: i < pages - 1, reset: i === 0, server_time: '', last_seq: 0 },
    ...{ drop: [], rows: rows.slice(i * PAGE, (i + 1) * PAGE), checks: [] },
  }))
}

function makeEngine(userId: string, pulls: PullAnswer[]): Engine {
  const indexes = {
    account: {
      order: (d: { name: string }) => d.name,
      refs: (d: { owner_id: string }) => [`user:${d.owner_id}`],
    },
  }
  const limits = { mutations: 500, bytes: 4_194_304, rows: PAGE }
  const hello = {
    epoch: 'e',
    schema: { min: 1, current: 1 },
    last_seq: 0,
    server_time: '',
    limits,
    user: {},
    server: '',
  }
  const transport = {
    ...createTransport(),
    hello: async () => hello,
    push: () => Promise.reject(new Error('the bench sends nothing')),
    pull: async () => pulls.shift() as PullAnswer,
  }
  const ports = { transport, clock: systemClock, random: systemRandom, lock: processLock() }
  const store = new IndexedDbStore(userId, indexes as never)
  const versions = { touch: 1 }
  const handlers = {
    touch: ({ id }: { id: string }, context: { put(k: string, i: string, d: object): void }) =>
      context.put('account', id, { id }),
  }
  return new Engine({
    store,
    handlers,
    versions,
    ...ports,
    app: 'bench',
    schema: 1,
    platform: 'bench',
    deviceName: 'bench',
  })
}

async function bare(rows: Row[]): Promise<number> {
  const database = new Dexie(`bare-${uuidv7()}`)
  database.version(1).stores({ documents: '[kind+id], [kind+order], *refs, *buckets' })
  await database.open()
  const start = performance.now()
  const table = database.table('documents')
  const flat = rows.map(([bucket, kind, id, , document]) => ({
    kind,
    id,
    document,
    order: document?.name,
    refs: [`user:${document?.owner_id}`],
    buckets: [bucket],
  }))
  for (let i = 0; i < flat.length; i += PAGE) await table.bulkPut(flat.slice(i, i + PAGE))
  const elapsed = performance.now() - start
  await database.delete()
  return elapsed
}

async function measure(count: number): Promise<Measured> {
  const rows = documents(count)
  const bareMs = await bare(rows)
  const pulls = answers(rows)
  const engine = makeEngine(uuidv7(), pulls)
  await engine.outbox()
  let start = performance.now()
  let running = true
  let longestRecordMs = 0
  const syncing = engine.syncNow().then(() => (running = false))
  const probes = (async () => {
    await new Promise((resolve) => setTimeout(resolve, 100))
    while (running) {
      const before = performance.now()
      await engine.get('account', 'none')
      longestRecordMs = Math.max(longestRecordMs, performance.now() - before)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  })()
  await syncing
  const engineMs = performance.now() - start
  await probes
  if ((await engine.count('account')) !== count) throw new Error(`held ${await engine.count('account')} of ${count}`)
  const changed: Row[] = rows.slice(0, 1_000).map(([b, k, i, s, d]) => [b, k, i, s + count, { ...d }])
  pulls.push({
    epoch: 'e',
    cursor: 'z',
    more: false,
    reset: false,
    server_time: '',
    last_seq: 0,
    drop: [],
    rows: changed,
    checks: [],
  })
  start = performance.now()
  await engine.syncNow()
  const secondPullMs = performance.now() - start
  await engine.wipe()
  return { engineMs, bareMs, longestRecordMs, secondPullMs }
}

declare global {
  interface Window {
    measure: typeof measure
  }
}
window.measure = measure
