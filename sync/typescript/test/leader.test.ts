import { describe, expect, it } from 'vitest'
import { processLock, webLock, type LeaderLock } from '../src/leader'
import { linkedChannels, phone, STORES } from './support/phone'
import { settle } from './support/ports'

/** A browser's lock manager, as far as one leader needs it. */
function fakeLocks(): LockManager {
  const lock = processLock()
  const request = async (name: string, options: LockOptions, work: (held: Lock | null) => Promise<unknown>) => {
    const held = { name, mode: 'exclusive' } as Lock
    let result: unknown
    const run = async () => void (result = await work(held))
    if (!options.ifAvailable) {
      await lock.hold(name, options.signal ?? new AbortController().signal, run)
      if (options.signal?.aborted && result === undefined) throw new DOMException('aborted', 'AbortError')
      return result
    }
    return (await lock.attempt(name, run)) ? result : work(null)
  }
  return { request, query: async () => ({}) } as unknown as LockManager
}

const LOCKS: [string, () => LeaderLock][] = [
  ['in one process', processLock],
  ['Web Locks', () => webLock(fakeLocks())],
]

describe.each(LOCKS)('the lock, %s', (_, make) => {
  it('is held by one; the next takes over when it lets go', async () => {
    const lock = make()
    const order: string[] = []
    const stop = new AbortController()
    let release = () => {}
    const first = lock.hold(
      'n',
      stop.signal,
      () => new Promise((resolve) => (order.push('first'), (release = resolve))),
    )
    const second = lock.hold('n', stop.signal, async () => void order.push('second'))
    await settle()
    expect(await lock.attempt('n', async () => {})).toBe(false)
    expect(await lock.attempt('other', async () => {})).toBe(true)
    expect(order).toEqual(['first'])
    release()
    await Promise.all([first, second])
    expect(order).toEqual(['first', 'second'])
    expect(await lock.attempt('n', async () => {})).toBe(true)
  })

  it('a candidate that gives up leaves the queue', async () => {
    const lock = make()
    let release = () => {}
    const first = lock.hold('n', new AbortController().signal, () => new Promise((resolve) => (release = resolve)))
    const leaving = new AbortController()
    let led = false
    const second = lock.hold('n', leaving.signal, async () => void (led = true))
    leaving.abort()
    await second
    release()
    await first
    expect(led).toBe(false)
    expect(await lock.attempt('n', async () => {})).toBe(true)
  })

  it('is let go when the work fails', async () => {
    const lock = make()
    await expect(lock.attempt('n', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await lock.attempt('n', async () => {})).toBe(true)
  })
})

describe.each(STORES)('tabs of one device, over %s', (_, make) => {
  function tabs() {
    const channel = linkedChannels()
    const first = phone(make, { channel: channel() })
    const { store, server, clock, lock } = first
    const second = phone(make, { channel: channel(), store, server, clock, lock })
    return { first: first.engine, second: second.engine, server, clock }
  }

  it('one leads and syncs what the other records', async () => {
    const { first, second, server, clock } = tabs()
    first.start()
    second.start()
    await settle()
    expect([first.status().leader, second.status().leader]).toEqual([true, false])
    const changed: string[] = []
    first.onChange((keys) => changed.push(...keys.map(({ id }) => id)))
    await second.record('items.create', { id: 'a' })
    await clock.advance(100)
    await settle(60)
    expect(server.executed).toEqual(['a'])
    expect(changed).toContain('a')
    expect(second.status()).toMatchObject({
      phase: 'idle',
      waiting: 0,
      lastSyncedAt: expect.stringMatching(/^2026-11-22T10:00:00/),
    })
    await first.stop()
    await settle()
    expect([first.status().leader, second.status().leader]).toEqual([false, true])
    await second.stop()
  })

  it('a tab that does not lead asks the leader to sync now', async () => {
    const { first, second, server } = tabs()
    first.start()
    await settle(60)
    const before = server.requests.length
    await second.syncNow()
    await settle(60)
    expect(server.requests.length).toBeGreaterThan(before)
    await first.stop()
  })

  it('two that sync at once do it once', async () => {
    const { first, second, server } = tabs()
    await first.record('items.create', { id: 'a' })
    await Promise.all([first.syncNow(), second.syncNow()])
    expect(server.executed).toEqual(['a'])
    expect(server.requests.filter(({ path }) => path === '/sync/push')).toHaveLength(1)
  })
})
