import { expect, it } from 'vitest'
import { backOffMs, pause, skewMs, systemClock, systemRandom, uuidv7 } from '../src/clock'
import { ManualClock, seededRandom } from './support/ports'

it('makes version 7 ids that sort by time and do not repeat', () => {
  const clock = new ManualClock(Date.parse('2020-02-02T00:00:00.000Z'))
  const random = seededRandom(9)
  const first = uuidv7(clock, random)
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(parseInt(first.replaceAll('-', '').slice(0, 12), 16)).toBe(clock.now())
  const many = Array.from({ length: 5_000 }, () => uuidv7(clock, random))
  expect(new Set(many).size).toBe(5_000)
  expect(uuidv7(systemClock, systemRandom) > first).toBe(true)
})

it('a back-off doubles, is jittered down to half and has a ceiling', () => {
  const limits = { firstMs: 1_000, longestMs: 60_000 }
  const highest = { number: () => 0.999_999 }
  const lowest = { number: () => 0 }
  expect([0, 1, 2, 10, 500].map((attempt) => backOffMs(attempt, limits, highest))).toEqual([
    1_000, 2_000, 4_000, 60_000, 60_000,
  ])
  expect([0, 1, 2, 10, 500].map((attempt) => backOffMs(attempt, limits, lowest))).toEqual([
    500, 1_000, 2_000, 30_000, 30_000,
  ])
})

it('judges the skew from the middle of a round trip', () => {
  expect(skewMs(1_000, 3_000, new Date(7_000).toISOString())).toBe(5_000)
  expect(skewMs(1_000, 3_000, 'no time')).toBeNull()
})

it('a pause ends when its time has come or when it is no longer wanted', async () => {
  const clock = new ManualClock()
  const stop = new AbortController()
  const waits = [pause(clock, 1_000), pause(clock, 99_999, stop.signal), pause(clock, 99_999, AbortSignal.abort())]
  stop.abort()
  await clock.advance(1_000)
  await Promise.all(waits)
  expect(clock.waits()).toEqual([])
})
