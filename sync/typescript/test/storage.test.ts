import { describe, expect, it } from 'vitest'
import { EngineError } from '../src/errors'
import type { HelloRequest, PushRequest } from '../src/messages'
import { isLow, isQuotaExceeded, reserveBytes, roomForPhotos, type StorageState } from '../src/storage'
import type { SyncState } from '../src/stores/store'
import { phone, states, STORES, visible } from './support/phone'
import type { FakeServer } from './support/server'

const MB = 1_000_000
const state = (used: number, quota: number): StorageState => ({ used: used * MB, quota: quota * MB, persisted: false })

function sent<T>(server: FakeServer, path: string): T[] {
  return server.requests.filter((request) => request.path === path).map(({ message }) => message as T)
}

describe('the room that is left', () => {
  it.each([
    [state(0, 1_000), 950, false],
    [state(880, 1_000), 70, false],
    [state(920, 1_000), 30, true],
    [state(990, 1_000), 0, true],
    [state(10, 100), 80, false],
    [state(100, 100), 0, true],
  ])('%j leaves photos %i MB', (given, room, low) => {
    expect(roomForPhotos(given)).toBe(room * MB)
    expect(isLow(given)).toBe(low)
  })

  it('is endless where the browser does not say', () => {
    expect(roomForPhotos(null)).toBe(Infinity)
    expect(isLow(null)).toBe(false)
    expect(reserveBytes(1e12)).toBe(50 * MB)
  })

  it('an error knows that the room is gone, however deep it is wrapped', () => {
    const quota = new DOMException('full', 'QuotaExceededError')
    expect(isQuotaExceeded(quota)).toBe(true)
    expect(isQuotaExceeded({ name: 'AbortError', inner: { name: 'BulkError', failures: [quota] } })).toBe(true)
    expect(isQuotaExceeded({ name: 'AbortError', inner: new DOMException('no blob', 'DataError') })).toBe(true)
    expect(isQuotaExceeded(new DOMException('no key', 'DataError'))).toBe(false)
    expect(isQuotaExceeded(new Error('other'))).toBe(false)
    expect(isQuotaExceeded(null)).toBe(false)
  })
})

describe.each(STORES)('a device that runs out of room, over %s', (_, make) => {
  const photo = (id: string, bytes = 10) => ({
    ...{ id, blob: new Blob([new Uint8Array(bytes)]), filename: `${id}.jpg`, filetype: 'image/jpeg' },
    about: { kind: 'item', id: 'a' },
  })

  it('refuses photos first and still records', async () => {
    const { engine } = phone(make, { storage: async () => state(960, 1_000) })
    const refused = engine.record('items.create', { id: 'a' }, [photo('f')])
    await expect(refused).rejects.toMatchObject({ code: 'photo_no_room' })
    expect(await engine.outbox()).toEqual([])
    await engine.record('items.create', { id: 'a' })
    expect(await states(engine)).toEqual(['1 queued'])
  })

  it('keeps a record and its photos together, or none of them', async () => {
    const { engine } = phone(make)
    await engine.record('items.create', { id: 'a' }, [photo('f'), photo('g')])
    expect((await engine.uploads.list()).map(({ id }) => id)).toEqual(['f', 'g'])
    const twice = engine.record('items.create', { id: 'b' }, [photo('h'), photo('f')])
    await expect(twice).rejects.toMatchObject({ code: 'upload_exists' })
    expect(await states(engine)).toEqual(['1 queued'])
    expect((await engine.uploads.list()).map(({ id }) => id)).toEqual(['f', 'g'])
    expect(await engine.get('item', 'b')).toBeUndefined()
  })

  it('loses nothing when a page of documents does not fit: what waits has gone out, and the status says why', async () => {
    const { engine, server, store } = phone(make)
    await engine.record('items.create', { id: 'a' })
    const transaction = store.transaction.bind(store)
    server.after = (path) => {
      if (path !== '/sync/pull') return
      store.transaction = () => Promise.reject(new EngineError('storage_full'))
    }
    server.put('item', 'b', { id: 'b' })
    await engine.syncNow()
    store.transaction = transaction
    server.after = () => {}
    expect(server.executed).toEqual(['a'])
    expect(engine.status()).toMatchObject({ phase: 'error', error: { code: 'storage_full' } })
    expect(await engine.get('item', 'a')).toEqual({ id: 'a' })
    await engine.syncNow()
    expect(await visible(store)).toEqual(server.visible())
    expect(engine.status()).toMatchObject({ phase: 'idle', error: null })
  })

  it('what is recorded is recorded, though a screen fails on hearing of it or the count cannot be read', async () => {
    const { engine, store } = phone(make)
    const silent = console.error
    console.error = () => {}
    engine.onChange(() => {
      throw new Error('a screen that fails')
    })
    const transaction = store.transaction.bind(store)
    let calls = 0
    store.transaction = (work) => (++calls > 1 ? Promise.reject(new Error('gone')) : transaction(work))
    const entry = await engine.record('items.create', { id: 'a' })
    store.transaction = transaction
    console.error = silent
    expect(entry.seq).toBe(1)
    expect(await states(engine)).toEqual(['1 queued'])
  })
})

describe.each(STORES)('a database that lost something, over %s', (_, make) => {
  it('the state alone: what waits is numbered under a new device, and nothing of it is written over', async () => {
    const { engine, server, store } = phone(make)
    server.put('item', 'x', { id: 'x' })
    await engine.record('items.create', { id: 'a' })
    await engine.syncNow()
    await engine.record('items.create', { id: 'b' })
    await engine.record('items.create', { id: 'c' })
    const copy = phone(make, { store, server }).engine
    await store.transaction((tx) => tx.putState({} as SyncState))
    server.remove('item', 'x')
    const entry = await copy.record('items.create', { id: 'd' })
    expect(entry.seq).toBe(3)
    await copy.syncNow()
    expect(server.executed).toEqual(['a', 'b', 'c', 'd'])
    const devices = sent<HelloRequest>(server, '/sync/hello').map(({ device }) => device)
    expect(new Set(devices).size).toBe(2)
    expect(await visible(store)).toEqual(server.visible())
  })

  it('all of it: a new device, everything is fetched, and the engine says that it is new', async () => {
    const { engine, server, store } = phone(make)
    await engine.record('items.create', { id: 'a' })
    await engine.syncNow()
    expect(await engine.isNew()).toBe(false)
    await store.wipe()
    const again = phone(make, { store, server }).engine
    expect(await again.isNew()).toBe(true)
    await again.syncNow()
    const devices = sent<HelloRequest>(server, '/sync/hello').map(({ device }) => device)
    expect(new Set(devices).size).toBe(2)
    expect(await visible(store)).toEqual(server.visible())
    expect(server.executed).toEqual(['a'])
  })

  it.each(['some documents', 'all documents', 'documents and their sums'])(
    '%s: noticed at the next start',
    async (part) => {
      const { engine, server, store } = phone(make)
      for (const id of ['a', 'b', 'c']) server.put('item', id, { id })
      await engine.syncNow()
      await engine.record('items.edit', { id: 'c', set: { text: 'mine' }, base: {} })
      await store.transaction(async (tx) => {
        const ids = part === 'some documents' ? ['b'] : ['a', 'b', 'c']
        await tx.deleteDocuments(ids.map((id) => ({ kind: 'item', id })))
        if (part === 'documents and their sums') await tx.putBuckets([])
      })
      const again = phone(make, { store, server }).engine
      await again.syncNow()
      expect(await visible(store)).toEqual(server.visible())
      expect(await again.get('item', 'c')).toEqual({ id: 'c', text: 'mine' })
      expect(server.executed).toEqual(['c'])
    },
  )

  it('documents are fetched again when asked, and own work stays in sight meanwhile', async () => {
    const { engine, server, store } = phone(make)
    for (const id of ['a', 'b']) server.put('item', id, { id })
    await engine.syncNow()
    await store.transaction((tx) => tx.deleteDocuments([{ kind: 'item', id: 'b' }]))
    const seen: unknown[] = []
    server.before = async (path) => {
      if (path === '/sync/push') return
      seen.push((await engine.get('item', 'n'))?.id)
    }
    await engine.record('items.create', { id: 'n' })
    await engine.refetch()
    expect(await visible(store)).toEqual(server.visible())
    expect(new Set(seen)).toEqual(new Set(['n']))
    expect(server.executed).toEqual(['n'])
  })
})

describe.each(STORES)('a database that was copied or rolled back, over %s', (_, make) => {
  it('knows less than the server does of it: a new device before anything is numbered twice', async () => {
    const { engine, server, store } = phone(make)
    await engine.record('items.create', { id: 'a' })
    await engine.syncNow()
    const [original] = [...server.devices.values()]
    if (original) original.last_seq = 7
    const clone = phone(make, { store, server }).engine
    server.before = async (path) => {
      if (path !== '/sync/pull') return
      server.before = () => {}
      await clone.record('items.create', { id: 'b' })
    }
    await clone.syncNow()
    expect(await clone.get('item', 'b')).toEqual({ id: 'b' })
    await clone.syncNow()
    expect(server.executed).toEqual(['a', 'b'])
    const devices = sent<PushRequest>(server, '/sync/push').map(({ device }) => device)
    expect(new Set(devices).size).toBe(2)
    expect(await visible(store)).toEqual(server.visible())
  })

  it('the same while a page is open: the pull tells', async () => {
    const { engine, server, store } = phone(make)
    await engine.record('items.create', { id: 'a' })
    await engine.syncNow()
    const [original] = [...server.devices.values()]
    server.before = async (path) => {
      if (path !== '/sync/pull') return
      server.before = () => {}
      if (original) original.last_seq = 7
      await engine.record('items.create', { id: 'b', text: 'mine' })
    }
    const seen: unknown[] = []
    engine.onChange(() => void engine.get('item', 'b').then((item) => seen.push(item?.text)))
    await engine.syncNow()
    await engine.syncNow()
    expect(server.executed).toEqual(['a', 'b'])
    expect(new Set(seen)).toEqual(new Set(['mine']))
    expect(await visible(store)).toEqual(server.visible())
  })

  it('the work of one person is never sent in the name of another who has signed in at the same browser', async () => {
    const { engine, server } = phone(make)
    await engine.record('items.create', { id: 'a' })
    const hello = server.hello.bind(server)
    server.hello = async (message) => ({ ...(await hello(message)), user: { id: 'somebody-else' } })
    await engine.syncNow()
    expect(engine.status()).toMatchObject({ phase: 'signed_out', waiting: 1 })
    expect(server.executed).toEqual([])
    expect(sent(server, '/sync/pull')).toEqual([])
    server.hello = hello
    await engine.syncNow()
    expect(server.executed).toEqual(['a'])
  })
})
