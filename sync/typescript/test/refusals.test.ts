import { describe, expect, it } from 'vitest'
import { ConnectionLost, Refused } from '../src/errors'
import type { HelloRequest, PullRequest, PushRequest } from '../src/messages'
import { phone, states, STORES, visible, type Phone } from './support/phone'
import type { FakeServer } from './support/server'

function once(server: FakeServer, path: string, error: Error): void {
  server.before = (asked) => {
    if (asked !== path) return
    server.before = () => {}
    throw error
  }
}

function sent<T>(server: FakeServer, path: string): T[] {
  return server.requests.filter((request) => request.path === path).map(({ message }) => message as T)
}

async function recorded(make: (typeof STORES)[number][1], ...ids: string[]): Promise<Phone> {
  const made = phone(make)
  for (const id of ids) await made.engine.record('items.create', { id, text: id })
  return made
}

describe.each(STORES)('refusals that the engine answers itself, over %s', (_, make) => {
  it('sequence_gap: sends again from there what is still held', async () => {
    const { engine, server, store } = await recorded(make, 'a', 'b')
    await engine.syncNow()
    const [device] = [...server.devices.values()]
    if (!device) throw new Error('no device')
    device.last_seq = 1
    device.receipts.delete(2)
    device.payloads.delete(2)
    await engine.record('items.create', { id: 'c' })
    await engine.syncNow()
    const seqs = sent<PushRequest>(server, '/sync/push').map(({ mutations }) => mutations.map(({ seq }) => seq))
    expect(seqs).toEqual([[1, 2], [3], [2, 3]])
    expect(await visible(store)).toEqual(server.visible())
  })

  it('sequence_reused: a new device id, new seqs from 1, the same ids', async () => {
    const { engine, server, store } = await recorded(make, 'a')
    await engine.syncNow()
    const [clone] = [...server.devices.values()]
    clone?.payloads.set(2, 'what the other copy of this storage sent')
    if (clone) clone.last_seq = 2
    await engine.record('items.create', { id: 'b' })
    await engine.syncNow()
    const devices = sent<HelloRequest>(server, '/sync/hello').map((hello) => hello.device)
    expect(new Set(devices).size).toBe(2)
    const last = sent<PushRequest>(server, '/sync/push').at(-1)
    expect(last).toMatchObject({
      device: devices[1],
      confirmed: 0,
      mutations: [{ seq: 1, args: { id: 'b' } }],
    })
    expect(await visible(store)).toEqual(server.visible())
    expect((await engine.record('items.create', { id: 'c' })).seq).toBe(2)
  })

  it('epoch_changed: the outbox is kept, the last seven days go again, the documents are replaced', async () => {
    const { engine, server, store, clock } = await recorded(make, 'old')
    await engine.syncNow()
    await clock.advance(8 * 24 * 3_600_000)
    const restore = server.backup()
    await engine.record('items.create', { id: 'lost', text: 'acknowledged, then lost by the restore' })
    await engine.syncNow()
    server.put('item', 'others', { id: 'others' })
    await engine.syncNow()
    restore('e2')
    await engine.record('items.create', { id: 'new' })
    await engine.syncNow()
    expect(server.executed).toEqual(['old', 'lost', 'lost', 'new'])
    expect(await visible(store)).toEqual(server.visible())
    expect(Object.keys(server.visible()).sort()).toEqual(['item|lost', 'item|new', 'item|old'])
    expect(
      sent<PushRequest>(server, '/sync/push')
        .at(-1)
        ?.mutations.map(({ seq }) => seq),
    ).toEqual([2, 3])
    expect(engine.status()).toMatchObject({ phase: 'idle', waiting: 0 })
  })

  it('epoch_changed while pulling: hello, push, and a pull from the beginning', async () => {
    const { engine, server, store } = await recorded(make, 'a')
    await engine.syncNow()
    server.backup()('e2')
    await engine.syncNow()
    expect(sent<PullRequest>(server, '/sync/pull').map(({ cursor }) => cursor === null)).toEqual([true, false, true])
    expect(await visible(store)).toEqual(server.visible())
  })

  it('device_unknown: hello again, then the same push', async () => {
    const { engine, server } = await recorded(make, 'a')
    once(server, '/sync/push', new Refused(409, 'device_unknown'))
    await engine.syncNow()
    expect(sent(server, '/sync/hello')).toHaveLength(2)
    expect(server.executed).toEqual(['a'])
  })

  it('too_large: the batch is halved until it fits, and grows again', async () => {
    const { engine, server } = await recorded(make, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
    server.before = (path, message) => {
      if (path === '/sync/push' && (message as PushRequest).mutations.length > 2) throw new Refused(413, 'too_large')
    }
    await engine.syncNow()
    expect(server.executed).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
    expect(engine.status()).toMatchObject({ phase: 'idle', waiting: 0, attention: 0 })
  })

  it('too_large, alone: refused here with its payload, and those behind it go on', async () => {
    const { engine, server } = await recorded(make, 'a', 'big', 'c')
    server.before = (path, message) => {
      const { mutations } = message as PushRequest
      if (path === '/sync/push' && mutations.some(({ args }) => JSON.stringify(args).includes('big'))) {
        throw new Refused(413, 'too_large')
      }
    }
    await engine.syncNow()
    expect(server.executed).toEqual(['a', 'c'])
    const [entry] = await engine.outbox()
    expect(entry).toMatchObject({ state: 'rejected', args: { id: 'big' }, receipt: { code: 'too_large' } })
    expect(await engine.get('item', 'big')).toBeUndefined()
  })

  it('a server that refuses the same for ever is left alone after a bound', async () => {
    const { engine, server } = await recorded(make, 'a')
    server.before = (path) => {
      if (path === '/sync/push') throw new Refused(409, 'sequence_gap', { last_seq: 0 })
    }
    await engine.syncNow()
    expect(sent(server, '/sync/push').length).toBeLessThanOrEqual(17)
    expect(engine.status()).toMatchObject({ phase: 'error', error: { code: 'sequence_gap' }, waiting: 1 })
  })

  it('an answer without a receipt for what was sent is no answer', async () => {
    const { engine, server } = await recorded(make, 'a')
    server.push = async () => ({ epoch: 'e1', server_time: '', last_seq: 0, committed: 0, receipts: [] })
    await engine.syncNow()
    expect(await states(engine)).toEqual(['1 queued'])
    expect(engine.status().phase).toBe('offline')
  })
})

const PHASES: [error: Error, phase: string, code: string | null][] = [
  [new ConnectionLost('cut'), 'offline', null],
  [new Refused(401, 'session_ended'), 'signed_out', 'session_ended'],
  [new Refused(422, 'malformed'), 'error', 'malformed'],
  [new Refused(426, 'upgrade_required', { min_schema: 2 }), 'upgrade_required', 'upgrade_required'],
  [new Refused(429, 'too_many_requests', {}, 5_000), 'offline', 'too_many_requests'],
  [new Refused(503, 'unavailable', {}, 5_000), 'offline', 'unavailable'],
  [new Refused(500, 'http_500'), 'error', 'http_500'],
]

describe.each(STORES)('refusals that are told, over %s', (_, make) => {
  it.each(PHASES)('%s becomes %s and everything is kept', async (error, phase, code) => {
    for (const path of ['/sync/hello', '/sync/push', '/sync/pull']) {
      const { engine, server, clock } = await recorded(make, 'a')
      once(server, path, error)
      await engine.syncNow()
      expect(engine.status()).toMatchObject({ phase, error: code === null ? null : { code } })
      expect(await engine.get('item', 'a')).toEqual({ id: 'a', text: 'a' })
      await clock.advance(5_000)
      await engine.syncNow()
      expect(engine.status()).toMatchObject({ phase: 'idle', waiting: 0, error: null })
      expect(server.executed).toEqual(['a'])
    }
  })

  it('device_revoked: documents stay until the export was offered, then they go; the outbox stays', async () => {
    const { engine, server } = await recorded(make, 'a')
    await engine.syncNow()
    await engine.record('items.create', { id: 'unsent' })
    server.before = () => {
      throw new Refused(403, 'device_revoked')
    }
    await engine.syncNow()
    expect(engine.status()).toMatchObject({ phase: 'revoked', waiting: 1 })
    expect(await engine.get('item', 'a')).toBeDefined()
    const asked = server.requests.length
    await engine.syncNow()
    expect(server.requests).toHaveLength(asked)
    expect(await engine.exportUnsent()).toContain('unsent')
    expect(await engine.get('item', 'a')).toBeUndefined()
    expect(engine.status()).toMatchObject({ phase: 'revoked', waiting: 1 })
    await engine.wipe()
    expect(await engine.outbox()).toEqual([])
  })

  it('device_revoked with nothing unsent: the documents go at once', async () => {
    const { engine, server, store } = await recorded(make, 'a')
    await engine.syncNow()
    server.before = () => {
      throw new Refused(403, 'device_revoked')
    }
    await engine.syncNow()
    expect(engine.status().phase).toBe('revoked')
    expect(await visible(store)).toEqual({})
  })
})
