import { describe, expect, it } from 'vitest'
import { ConnectionLost } from '../src/errors'
import type { Doc, PullRequest, PushRequest } from '../src/messages'
import { phone, quietChannel, states, STORES, visible } from './support/phone'

describe.each(STORES)('syncing, over %s', (_, make) => {
  it('says hello, pushes, then pulls, and ends with what the server has', async () => {
    const { engine, server, store } = phone(make)
    server.put('item', 'other', { id: 'other', text: 'theirs' })
    await engine.record('items.create', { id: 'a', text: 'x' })
    await engine.syncNow()
    expect(server.requests.map(({ path }) => path)).toEqual(['/sync/hello', '/sync/push', '/sync/pull'])
    expect(await visible(store)).toEqual(server.visible())
    expect(engine.status()).toMatchObject({
      phase: 'idle',
      waiting: 0,
      error: null,
      lastSyncedAt: '2026-11-22T10:00:00.000Z',
    })
    expect(await engine.outbox()).toEqual([])
    expect(await engine.buckets()).toEqual([{ bucket: 'org', count: 2, checkedAt: '2026-11-22T10:00:00.000Z' }])
  })

  it('keeps the batches within both limits of hello', async () => {
    const { engine, server } = phone(make)
    server.limits = { mutations: 3, bytes: 1_024 + 400, rows: 5_000 }
    for (const id of ['a', 'b', 'c', 'd']) await engine.record('items.create', { id })
    for (const id of ['e', 'f', 'g']) await engine.record('items.create', { id, text: 'x'.repeat(150) })
    await engine.syncNow()
    const pushes = server.requests
      .filter(({ path }) => path === '/sync/push')
      .map(({ message }) => message as PushRequest)
    expect(pushes.map(({ mutations }) => mutations.length)).toEqual([3, 2, 1, 1])
    expect(Math.max(...pushes.map((push) => JSON.stringify(push).length))).toBeLessThanOrEqual(server.limits.bytes)
    expect(server.executed).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  })

  it('sends again after a lost answer, and the server does it once', async () => {
    const { engine, server, store } = phone(make)
    await engine.record('items.create', { id: 'a', text: 'x' })
    server.after = (path) => {
      if (path === '/sync/push') throw new ConnectionLost('cut')
    }
    await engine.syncNow()
    expect(await states(engine)).toEqual(['1 queued'])
    expect(engine.status()).toMatchObject({ phase: 'offline', waiting: 1 })
    server.after = () => {}
    await engine.syncNow()
    expect(server.executed).toEqual(['a'])
    expect(await visible(store)).toEqual(server.visible())
    expect(engine.status()).toMatchObject({ phase: 'idle', waiting: 0 })
  })

  it('a tab that died while sending leaves nothing behind', async () => {
    const { engine, store, server } = phone(make)
    await engine.record('items.create', { id: 'a' })
    await store.transaction(async (tx) => tx.putEntries((await tx.entries()).map((e) => ({ ...e, state: 'sending' }))))
    await engine.syncNow()
    expect(server.executed).toEqual(['a'])
  })

  it('tells the server which receipts it holds', async () => {
    const { engine, server } = phone(make)
    await engine.record('items.create', { id: 'a' })
    await engine.syncNow()
    await engine.record('items.create', { id: 'b' })
    await engine.syncNow()
    const pushes = server.requests
      .filter(({ path }) => path === '/sync/push')
      .map(({ message }) => message as PushRequest)
    expect(pushes.map(({ confirmed }) => confirmed)).toEqual([0, 1])
  })

  it('own writes never flicker, from the tap until long after the pull', async () => {
    const { engine, server } = phone(make)
    server.put('item', 'a', { id: 'a', text: 'old', rank: 1 })
    await engine.syncNow()
    const seen: (string | undefined)[] = []
    const looks: Promise<unknown>[] = []
    engine.onChange(() => looks.push(engine.get('item', 'a').then((item) => seen.push(item?.text))))
    const look = async () => void seen.push((await engine.get('item', 'a'))?.text)
    server.before = server.after = look
    await engine.record('items.edit', { id: 'a', set: { text: 'new' }, base: { text: 'old' } })
    server.limits = { ...server.limits, rows: 1 }
    server.put('item', 'b', { id: 'b' })
    server.put('item', 'a', { ...server.document('item', 'a'), rank: 2 })
    await engine.syncNow()
    await engine.syncNow()
    await Promise.all(looks)
    expect(new Set(seen)).toEqual(new Set(['new']))
    expect(await engine.get('item', 'a')).toEqual({ id: 'a', text: 'new', rank: 2 })
  })

  it('waiting mutations run again over what a pull brings', async () => {
    const { engine, server } = phone(make)
    server.put('item', 'a', { id: 'a', text: 'old', rank: 1 })
    await engine.syncNow()
    server.before = async (path) => {
      if (path !== '/sync/pull') return
      server.before = () => {}
      await engine.record('items.edit', { id: 'a', set: { text: 'new' }, base: { text: 'old' } })
      server.put('item', 'a', { id: 'a', text: 'theirs', rank: 5 })
    }
    await engine.syncNow()
    expect(await engine.get('item', 'a')).toEqual({ id: 'a', text: 'new', rank: 5 })
  })

  it('a refused mutation loses its effect, stays in sight with its payload, and goes when dismissed', async () => {
    const { engine } = phone(make)
    await engine.record('items.forbid', { id: 'a', text: 'kept' })
    await engine.record('items.create', { id: 'b' })
    await engine.syncNow()
    expect(await engine.get('item', 'a')).toBeUndefined()
    expect(await engine.get('item', 'b')).toBeDefined()
    const [entry] = await engine.outbox()
    expect(entry).toMatchObject({
      seq: 1,
      state: 'rejected',
      args: { text: 'kept' },
      receipt: { code: 'not_permitted' },
    })
    expect(engine.status().attention).toBe(1)
    await engine.dismiss(1)
    expect(await engine.outbox()).toEqual([])
    expect(engine.status().attention).toBe(0)
  })

  it('a merged mutation needs the user until its conflict is here', async () => {
    const { engine, server } = phone(make)
    server.put('item', 'a', { id: 'a', text: '1' })
    await engine.syncNow()
    await engine.record('items.edit', { id: 'a', set: { text: 'mine' }, base: { text: '1' } })
    server.put('item', 'a', { id: 'a', text: 'theirs' })
    await engine.syncNow()
    expect(await engine.get('item', 'a')).toEqual({ id: 'a', text: 'theirs' })
    expect(engine.status().attention).toBe(1)
    server.put('conflict', 'conflict-a', { id: 'conflict-a' }, ['user:u'])
    await engine.syncNow()
    expect(engine.status().attention).toBe(0)
  })

  it('a parked mutation keeps its effect until the late receipt, and those behind it go on', async () => {
    const { engine, server, store } = phone(make)
    await engine.record('items.park', { id: 'p' })
    await engine.record('items.create', { id: 'b' })
    await engine.syncNow()
    expect(await states(engine)).toEqual(['1 parked'])
    expect(await engine.get('item', 'p')).toEqual({ id: 'p' })
    const [device] = [...server.devices.keys()]
    server.put('item', 'p', { id: 'p', checked: true })
    server.put('receipt', 'r', { id: 'r', device_id: device, seq: 1, status: 'applied' }, ['user:u'])
    await engine.syncNow()
    expect(await engine.outbox()).toEqual([])
    expect(await visible(store)).toEqual(server.visible())
  })

  it('hides what a waiting removal takes, and shows it again when refused', async () => {
    const { engine, server } = phone(make)
    server.put('item', 'a', { id: 'a', list: 'l' })
    await engine.syncNow()
    await engine.record('items.remove', { id: 'a', set: {}, base: {} })
    expect(await engine.get('item', 'a')).toBeUndefined()
    expect(await engine.count('item')).toBe(0)
    expect(await engine.list('item', { ref: 'list:l' })).toEqual([])
    await engine.syncNow()
    expect(await engine.get('item', 'a')).toEqual({ id: 'a', list: 'l' })
  })

  it('a dropped bucket takes its documents, never a mutation', async () => {
    const { engine, server, store } = phone(make)
    server.granted.add('account:1')
    server.put('item', 'a', { id: 'a', text: 'x' }, ['account:1'])
    server.put('item', 'b', { id: 'b' }, ['account:1', 'org'])
    await engine.syncNow()
    server.before = async (path) => {
      if (path !== '/sync/pull') return
      server.before = () => {}
      await engine.record('items.edit', { id: 'a', set: { text: 'y' }, base: { text: 'x' } })
      server.granted.delete('account:1')
    }
    await engine.syncNow()
    expect(await visible(store)).toEqual(server.visible())
    expect(await states(engine)).toEqual(['1 queued'])
    await engine.syncNow()
    expect(server.executed).toEqual(['a'])
  })

  it('asks for a bucket again when its check disagrees', async () => {
    const { engine, server, store } = phone(make)
    for (const id of ['a', 'b', 'c']) server.put('item', id, { id })
    await engine.syncNow()
    await store.transaction((tx) => tx.deleteDocuments([{ kind: 'item', id: 'b' }]))
    server.put('item', 'd', { id: 'd' })
    await engine.syncNow()
    expect(server.requests.map(({ message }) => (message as PullRequest).refetch).filter((r) => r?.length)).toEqual([
      ['org'],
    ])
    expect(await visible(store)).toEqual(server.visible())
  })

  it('survives a bucket whose check never agrees', async () => {
    const { engine, server } = phone(make)
    server.put('item', 'a', { id: 'a' })
    const pull = server.pull.bind(server)
    server.pull = async (message) => ({ ...(await pull(message)), checks: [['org', 99, 99]] })
    await engine.syncNow()
    expect(server.requests.filter(({ path }) => path === '/sync/pull').length).toBeLessThanOrEqual(4)
    expect(engine.status().phase).toBe('idle')
  })

  it('pulls in pages and stays right when the line breaks between them', async () => {
    const { engine, server, store } = phone(make)
    server.limits = { ...server.limits, rows: 10 }
    for (let i = 0; i < 55; i++) server.put('item', `i${i}`, { id: `i${i}`, rank: i })
    let pulls = 0
    server.after = (path) => {
      if (path === '/sync/pull' && ++pulls === 3) throw new ConnectionLost('cut')
    }
    await engine.syncNow()
    expect(engine.status()).toMatchObject({ phase: 'offline' })
    expect(await engine.count('item')).toBe(20)
    await engine.syncNow()
    expect(await visible(store)).toEqual(server.visible())
  })

  it('asks for less while the line is too slow for more, and sends less', async () => {
    const { engine, server, store } = phone(make)
    server.limits = { ...server.limits, rows: 400, mutations: 40 }
    for (let i = 0; i < 500; i++) server.put('item', `i${i}`, { id: `i${i}` })
    for (let i = 0; i < 40; i++) await engine.record('items.create', { id: `n${i}` })
    server.before = (path, message) => {
      const size = {
        '/sync/push': (message as PushRequest).mutations?.length,
        '/sync/pull': (message as PullRequest).limit,
      }
      if ((size[path as keyof typeof size] ?? 0) > (path === '/sync/push' ? 10 : 100))
        throw new ConnectionLost('slow', true)
    }
    for (let tries = 0; tries < 8; tries++) await engine.syncNow()
    expect(await visible(store)).toEqual(server.visible())
    expect(engine.status()).toMatchObject({ phase: 'idle', waiting: 0 })
  })

  it('measures at hello how far the phone’s clock is off', async () => {
    const { engine, clock } = phone(make)
    expect(engine.status().skewMs).toBeNull()
    clock.set(Date.parse('2026-11-22T09:50:00.000Z'))
    await engine.syncNow()
    expect(engine.status().skewMs).toBe(600_000)
  })

  it('exports everything unsent with its payload', async () => {
    const { engine } = phone(make)
    await engine.record('items.forbid', { id: 'no' })
    await engine.syncNow()
    await engine.record('items.create', { id: 'a', text: '水泵' })
    await engine.uploads.add({
      id: 'f',
      blob: new Blob(['jpeg']),
      filename: 'a.jpg',
      filetype: 'image/jpeg',
      about: { kind: 'item', id: 'a' },
    })
    const text = JSON.parse(await engine.exportUnsent()) as Doc
    expect(text.mutations.map((m: Doc) => [m.seq, m.state, m.args.id])).toEqual([
      [1, 'rejected', 'no'],
      [2, 'queued', 'a'],
    ])
    expect(text.files).toMatchObject([{ id: 'f', filename: 'a.jpg', bytes: 4 }])
    expect(text).toMatchObject({ app: 'test', exported_at: '2026-11-22T10:00:00.000Z' })
  })

  it('wipes the whole database', async () => {
    const { engine, store } = phone(make)
    await engine.record('items.create', { id: 'a' })
    await engine.wipe()
    expect(await visible(store)).toEqual({})
    expect(await engine.outbox()).toEqual([])
    expect(engine.status().waiting).toBe(0)
  })

  it('another version of the documents pulls all of them again and keeps the outbox', async () => {
    const { engine, server, store } = phone(make)
    server.put('item', 'a', { id: 'a' })
    await engine.syncNow()
    const next = phone(make, { store, server, schema: 2, channel: quietChannel() }).engine
    await next.record('items.create', { id: 'b' })
    await next.syncNow()
    const cursors = server.requests
      .filter(({ path }) => path === '/sync/pull')
      .map(({ message }) => (message as PullRequest).cursor)
    expect(cursors).toEqual([null, null])
    expect(await visible(store)).toEqual(server.visible())
  })
})
