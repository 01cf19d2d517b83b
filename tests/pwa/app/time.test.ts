import { describe, expect, it } from 'vitest'
import { formatDistance, formatRelative, formatSpan } from '@/app/format'
import { addDays, dayOf, fromWallClock, toWallClock } from '@/app/time'
import { likelyTime, nearDays } from '@/screens/visits/days'

describe('wall clocks', () => {
  it.each([
    ['Asia/Shanghai', '2026-11-22T09:30', '2026-11-22T01:30:00.000Z'],
    ['America/New_York', '2026-07-01T09:00', '2026-07-01T13:00:00.000Z'],
    ['Asia/Kolkata', '2026-01-01T00:15', '2025-12-31T18:45:00.000Z'],
    ['Europe/Berlin', '2026-03-29T03:30', '2026-03-29T01:30:00.000Z'],
  ])('%s %s', (zone, wall, iso) => {
    expect(fromWallClock(wall, zone)).toBe(iso)
    expect(toWallClock(iso, zone)).toBe(wall)
  })
  it('counts days in the zone', () => {
    expect(dayOf('2026-11-21T17:00:00Z', 'Asia/Shanghai')).toBe('2026-11-22')
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
  })
})

describe('words for numbers', () => {
  it.each([
    [7.4, '7 m'],
    [44.5, '45 m'],
    [437, '440 m'],
    [994, '990 m'],
    [999, '1 km'],
    [3_840, '3.8 km'],
    [48_213, '48 km'],
  ])('%d m is %s', (metres, words) => expect(formatDistance(metres, 'en')).toBe(words))
  it('says ages and moments in their largest unit', () => {
    expect(formatSpan(7_300, 'en')).toBe('2 hr')
    expect(formatSpan(30, 'en')).toBe('30 sec')
    expect(formatRelative('2026-11-20T00:00:00Z', Date.parse('2026-11-22T00:00:00Z'), 'en')).toBe('2 days ago')
  })
})

describe('days to choose from', () => {
  it('offers no day twice', () => {
    const keys = nearDays('2026-11-22').map((near) => near.day)
    expect(new Set(keys).size).toBe(keys.length)
    expect(nearDays('2026-11-25').find((near) => near.key === 'nextMonday')?.day).toBe('2026-11-30')
  })
  it.each([
    ['2026-11-22', '2026-11-22T13:05', '13:30'],
    ['2026-11-22', '2026-11-22T13:25', '14:00'],
    ['2026-11-22', '2026-11-22T23:50', '23:30'],
    ['2026-11-23', '2026-11-22T13:05', '09:00'],
  ])('on %s at %s it is %s', (day, now, time) => expect(likelyTime(day, now)).toBe(time))
})
