import { describe, expect, it } from 'vitest'
import { ConnectionLost, Refused } from '../src/errors'
import { Loop } from '../src/loop'
import { ManualClock, seededRandom, settle } from './support/ports'

function make(outcomes: (Error | null)[] = []) {
  const clock = new ManualClock()
  const runs: number[] = []
  const begin = clock.now()
  const loop = new Loop({
    clock,
    random: seededRandom(3),
    cycle: async () => {
      runs.push(clock.now() - begin)
      const outcome = outcomes.shift()
      if (outcome) throw outcome
    },
    onEnd: async () => {},
  })
  return { clock, loop, runs }
}

describe('when a cycle runs', () => {
  it('at the start, and every few minutes with jitter whatever happens', async () => {
    const { clock, loop, runs } = make()
    loop.start()
    await settle()
    await clock.advance(30 * 60_000)
    const gaps = runs.slice(1).map((at, i) => at - (runs[i] as number))
    expect(runs.length).toBeGreaterThan(5)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(180_000)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(300_000)
    expect(new Set(gaps).size).toBeGreaterThan(3)
  })

  it('soon after a record; records close together travel in one', async () => {
    const { clock, loop, runs } = make()
    loop.start()
    await settle()
    for (let i = 0; i < 5; i++) loop.wake('record')
    await clock.advance(1_000)
    expect(runs).toEqual([0, 50])
  })

  it('backs off with jitter while the line is down, up to five minutes; a record does not hurry it', async () => {
    const { clock, loop, runs } = make(Array.from({ length: 30 }, () => new ConnectionLost('cut')))
    loop.start()
    await settle()
    loop.wake('record')
    await clock.advance(3_600_000)
    const gaps = runs.slice(1).map((at, i) => at - (runs[i] as number))
    expect(gaps[0]).toBeLessThanOrEqual(1_000)
    for (const [i, gap] of gaps.entries()) {
      const ceiling = Math.min(300_000, 1_000 * 2 ** i)
      expect(gap).toBeGreaterThanOrEqual(ceiling / 2)
      expect(gap).toBeLessThanOrEqual(ceiling)
    }
  })

  it('a network that comes back, a poke and a person end the back-off', async () => {
    for (const reason of ['network', 'poke', 'user'] as const) {
      const { loop, runs } = make([new ConnectionLost('cut')])
      loop.start()
      await settle()
      loop.wake(reason)
      await settle()
      expect(runs).toEqual([0, 0])
    }
  })

  it('never comes back before Retry-After, not even for a person, and not all phones at once', async () => {
    const { clock, loop, runs } = make([new Refused(503, 'unavailable', {}, 60_000)])
    loop.start()
    await settle()
    loop.wake('user')
    await loop.run()
    await clock.advance(59_999)
    expect(runs).toEqual([0])
    await clock.advance(20_000)
    expect(runs).toHaveLength(2)
    expect(runs[1]).toBeGreaterThanOrEqual(60_000)
  })

  it('a clock that is set back does not make Retry-After any longer', async () => {
    const { clock, loop, runs } = make([new Refused(503, 'unavailable', {}, 60_000)])
    loop.start()
    await settle()
    clock.set(clock.now() - 86_400_000)
    await clock.advance(90_000)
    expect(runs).toHaveLength(2)
    await loop.stop()
  })

  it('after the session ended it waits for a person', async () => {
    for (const error of [new Refused(401, 'session_ended'), new Refused(426, 'upgrade_required')]) {
      const { clock, loop, runs } = make([error])
      loop.start()
      await settle()
      loop.wake('network')
      loop.wake('record')
      await clock.advance(3_600_000)
      expect(runs).toEqual([0])
      loop.wake('user')
      await settle()
      expect(runs).toHaveLength(2)
    }
  })

  it('what is asked during a cycle gets a cycle that began after it', async () => {
    const clock = new ManualClock()
    let finish = () => {}
    let runs = 0
    const cycle = () => new Promise<void>((resolve) => ((runs += 1), (finish = resolve)))
    const loop = new Loop({ clock, random: seededRandom(1), cycle, onEnd: async () => {} })
    void loop.run()
    const second = loop.run()
    finish()
    await settle()
    expect(runs).toBe(2)
    finish()
    await second
  })

  it('what is recorded just before a cycle ends does not wait for the next poll', async () => {
    const clock = new ManualClock()
    let finish = () => {}
    let runs = 0
    const cycle = () => new Promise<void>((resolve) => ((runs += 1), (finish = resolve)))
    const loop = new Loop({ clock, random: seededRandom(1), cycle, onEnd: async () => {} })
    loop.start()
    loop.wake('record')
    finish()
    await settle()
    await clock.advance(1_000)
    expect(runs).toBe(2)
  })

  it('stops', async () => {
    const { clock, loop, runs } = make()
    loop.start()
    await loop.stop()
    loop.wake('user')
    await clock.advance(3_600_000)
    expect(runs).toEqual([0])
  })
})
