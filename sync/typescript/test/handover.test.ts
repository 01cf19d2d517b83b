import { describe, expect, it } from 'vitest'
import type { Channel } from '../src/channel'
import { ConnectionLost, Refused } from '../src/errors'
import { processLock, type LeaderLock } from '../src/leader'
import type { PushRequest } from '../src/messages'
import { linkedChannels, phone, states, STORES, visible } from './support/phone'
import { ManualClock, settle } from './support/ports'

/** A channel that neither hears nor speaks while its tab is frozen. */
function freezable(inner: Channel) {
  const tab = { frozen: false }
  const channel: Channel = {
    post: (message) => tab.frozen || inner.post(message),
    listen: (listener) => inner.listen((message) => tab.frozen || listener(message)),
    close: () => inner.close(),
  }
  return { tab, channel }
}

describe.each(STORES)('a leader that stops answering, over %s', (_, make) => {
  /** Two tabs, each with a clock of its own; the first can be frozen: its clock stands and its channel is dead. */
  function tabs(locking: (lock: LeaderLock) => LeaderLock = (lock) => lock) {
    const channels = linkedChannels()
    const { tab, channel } = freezable(channels())
    const lock = processLock()
    const first = phone(make, { channel, lock: locking(lock) })
    const { store, server } = first
    const clock = new ManualClock()
    const second = phone(make, { channel: channels(), store, server, lock, clock })
    return { first: first.engine, second: second.engine, tab, server, store, clock, frozenClock: first.clock }
  }

  it('one that answers is left alone, however long it leads', async () => {
    const { first, second, clock } = tabs()
    first.start()
    second.start()
    await clock.advance(600_000)
    expect([first.status().leader, second.status().leader]).toEqual([true, false])
    await second.stop()
    await first.stop()
  })

  it('a frozen one loses its place, learns it when it wakes, and stands in line again', async () => {
    const { first, second, tab, server, clock } = tabs()
    first.start()
    second.start()
    await settle(60)
    tab.frozen = true
    await second.record('items.create', { id: 'a' })
    await clock.advance(25_000)
    expect(second.status().leader).toBe(false)
    await clock.advance(60_000)
    expect(second.status()).toMatchObject({ leader: true, waiting: 0 })
    expect(server.executed).toEqual(['a'])
    tab.frozen = false
    await settle(60)
    expect(first.status().leader).toBe(false)
    await second.stop()
    await settle(60)
    expect(first.status().leader).toBe(true)
    await first.stop()
  })

  it('what a frozen one had under way is not written over what its heir has done since', async () => {
    const deaf = new AbortController().signal
    const { first, second, tab, server, store, clock } = tabs((lock) => ({
      ...lock,
      hold: (name, signal, work) => lock.hold(name, signal, () => work(deaf)),
    }))
    first.start()
    second.start()
    await settle(60)
    await first.record('items.forbid', { id: 'no' })
    await first.record('items.create', { id: 'a' })
    let answerFirst = () => {}
    server.after = (path) => {
      if (path !== '/sync/push') return
      server.after = () => {}
      tab.frozen = true
      return new Promise((resolve) => (answerFirst = resolve))
    }
    void first.syncNow()
    await settle(60)
    // To its heir a proxy says that the first mutation is too large: the second moves up to its number.
    let answerSecond = () => {}
    let pushes = 0
    server.before = (path) => {
      if (path !== '/sync/push') return
      if (++pushes <= 2) throw new Refused(413, 'too_large')
      return new Promise((resolve) => (answerSecond = resolve))
    }
    await clock.advance(60_000)
    const seen = async () => (await second.outbox()).map(({ seq, state, args }) => `${seq} ${state} ${args.id}`)
    expect(await seen()).toEqual(['-1 rejected no', '1 sending a'])
    answerFirst()
    await settle(60)
    expect(await seen()).toEqual(['-1 rejected no', '1 sending a'])
    server.before = () => {}
    answerSecond()
    await clock.advance(60_000)
    expect(await seen()).toEqual(['-1 rejected no'])
    expect(server.executed.filter((id) => id === 'a').length).toBeGreaterThan(0)
    expect(await visible(store)).toEqual(server.visible())
    await second.stop()
    await first.stop()
  })

  it('a person who asks does not wait for half a minute', async () => {
    const { first, second, tab, server, clock } = tabs()
    first.start()
    await settle(60)
    tab.frozen = true
    await second.record('items.create', { id: 'a' })
    const done = second.syncNow()
    await clock.advance(5_000)
    await done
    expect(server.executed).toEqual(['a'])
    await first.stop()
  })

  it('a tab that opens late knows at once how the leader fares', async () => {
    const { first, second, server } = tabs()
    server.before = () => {
      throw new ConnectionLost('cut')
    }
    first.start()
    await settle(60)
    expect(second.status().phase).toBe('offline')
    second.start()
    await settle(60)
    expect(second.status()).toMatchObject({ phase: 'offline', leader: false })
    await second.stop()
    await first.stop()
  })

  it('stopping does not wait for an answer, and what was being sent waits again', async () => {
    const { first, server } = tabs()
    first.start()
    await settle(60)
    await first.record('items.create', { id: 'a' })
    server.before = (path) => (path === '/sync/push' ? Promise.reject(new ConnectionLost('aborted')) : undefined)
    void first.syncNow()
    await first.stop()
    expect(await states(first)).toEqual(['1 queued'])
  })

  it('a worker sends what waits, and nothing when nothing does', async () => {
    const { first: page, second: worker, server, clock } = tabs()
    expect(await worker.flush()).toBe(true)
    expect(server.requests).toEqual([])
    await page.record('items.create', { id: 'a' })
    server.before = () => {
      throw new ConnectionLost('cut')
    }
    expect(await worker.flush()).toBe(false)
    server.before = () => {}
    expect(await worker.flush()).toBe(true)
    const pushes = server.requests.filter(({ path }) => path === '/sync/push')
    expect(pushes.map(({ message }) => (message as PushRequest).mutations.length)).toEqual([1])
    await clock.advance(600_000)
    expect(server.executed).toEqual(['a'])
  })

  it('a worker leaves the work to a page that lives', async () => {
    const { first: page, second: worker, server, frozenClock } = tabs()
    page.start()
    await settle(60)
    await page.record('items.create', { id: 'a' })
    await worker.flush()
    await frozenClock.advance(100)
    await settle(60)
    expect(server.executed).toEqual(['a'])
    expect(server.requests.filter(({ path }) => path === '/sync/push')).toHaveLength(1)
    await page.stop()
  })
})
