import { describe, expect, it } from 'vitest'
import { ConnectionLost, Refused } from '../src/errors'
import type { DeviceReport, HelloRequest, PushRequest } from '../src/messages'
import { phone, STORES, visible, type Phone } from './support/phone'

function askToErase({ server }: Phone): string[] {
  const told: string[] = []
  server.before = (path) => {
    if (path === '/sync/pull') throw new Refused(403, 'device_revoked', { wipe: true })
  }
  server.request = async (path, { body }) => {
    if (path !== '/sync/wiped') throw new ConnectionLost(path)
    told.push(String(body))
    return new Response(null, { status: 204 })
  }
  return told
}

function reports({ server }: Phone): (DeviceReport | undefined)[] {
  return server.requests
    .filter(({ path }) => path !== '/sync/pull')
    .map(({ message }) => (message as HelloRequest | PushRequest).report)
}

describe.each(STORES)('a phone that an administrator has erased, over %s', (_, make) => {
  it('sends what it has, then keeps nothing but that it was erased', async () => {
    const made = phone(make)
    const { engine, server, store } = made
    server.put('item', 'theirs', { id: 'theirs' })
    await engine.syncNow()
    await engine.record('items.create', { id: 'mine' })
    const told = askToErase(made)
    await engine.syncNow()
    expect(server.document('item', 'mine')).toBeDefined()
    expect(await visible(store)).toEqual({})
    expect(await engine.outbox()).toEqual([])
    expect(engine.status()).toMatchObject({ phase: 'revoked', waiting: 0, wiped: { lost: 0 } })
    expect(told.map((body) => JSON.parse(body))).toEqual([{ device: [...server.devices.keys()][0], lost: 0 }])
  })

  it('says how much was lost of what could not be sent, photos too', async () => {
    const made = phone(make)
    const { engine } = made
    const about = { kind: 'item', id: 'mine' }
    await engine.uploads.add({ id: 'photo', blob: new Blob(['x']), filename: 'x', filetype: 'image/jpeg', about })
    const told = askToErase(made)
    await engine.syncNow()
    expect(JSON.parse(told[0] ?? '')).toMatchObject({ lost: 1 })
    expect(await engine.uploads.list()).toEqual([])
    expect(await engine.uploads.blob('photo')).toBeUndefined()
  })

  it('does not begin anew by itself, and says it was erased until the server has heard', async () => {
    const made = phone(make)
    const { engine, server } = made
    await engine.syncNow()
    const told = askToErase(made)
    const answer = server.request
    server.request = () => Promise.reject(new ConnectionLost('cut'))
    await engine.syncNow()
    expect(told).toEqual([])
    server.request = answer
    server.before = () => {}
    const before = server.requests.length
    await engine.syncNow()
    await engine.syncNow()
    expect(told).toHaveLength(1)
    expect(server.requests).toHaveLength(before)
    expect(engine.status().wiped).not.toBeNull()
  })
})

describe.each(STORES)('what a phone says of itself, over %s', (_, make) => {
  it('counts what waits beyond what it is sending, with its age', async () => {
    const made = phone(make, { storage: async () => ({ used: 1, quota: 10, persisted: true }) })
    const { engine, server, clock } = made
    server.limits.mutations = 1
    await engine.record('items.create', { id: 'a' })
    await engine.record('items.create', { id: 'b' })
    await clock.advance(60_000)
    await engine.syncNow()
    const room = { persisted: true, quota: 10, used: 1, uploads: 0 }
    expect(reports(made)).toEqual([
      { ...room, unsent: 2, oldest_age_s: 60 },
      { ...room, unsent: 1, oldest_age_s: 60 },
      { ...room, unsent: 0, oldest_age_s: null },
    ])
  })

  it('says so when what it said would wait has gone by another way', async () => {
    const made = phone(make)
    const { engine } = made
    const about = { kind: 'item', id: 'mine' }
    await engine.uploads.add({ id: 'photo', blob: new Blob(['x']), filename: 'x', filetype: 'image/jpeg', about })
    await engine.syncNow()
    expect(reports(made).at(-1)).toMatchObject({ uploads: 1 })
    await engine.uploads.discard('photo')
    await engine.syncNow()
    expect(reports(made).at(-1)).toMatchObject({ unsent: 0, uploads: 0, oldest_age_s: null })
  })
})
