import { describe, expect, it } from 'vitest'
import type { User } from '@/generated/documents'
import { listBetween, spanOfDay } from '@/screens/day/between'
import { peopleLedBy, stripBlocks, summarisePeople } from '@/screens/day/team'
import { buildDay, lateness, tracksOf } from '@/screens/day/timeline'
import { glances, oddVisits } from '@/screens/overview/numbers'
import { plan, position, visit } from './builders'

const now = Date.parse('2026-11-20T09:00:00Z')

describe('a day in order', () => {
  const morning = visit({ id: 'v1', plan_id: 'p1' })
  const noon = visit({
    id: 'v2',
    checked_in_at: '2026-11-20T03:00:00Z',
    checked_out_at: null,
    position: position(31.49, 120.31),
  })

  it('numbers the stops and measures the ways between them', () => {
    const day = buildDay([noon, morning], [plan({ state: 'done', visit_id: 'v1' })], now)
    expect(day.stops.map((stop) => [stop.number, stop.visit.id, stop.stay_s])).toEqual([
      [1, 'v1', 3600],
      [2, 'v2', null],
    ])
    const [leg] = day.legs
    expect(leg!.duration_s).toBe(3600)
    expect(Math.round(leg!.distance_m! / 100)).toBe(347)
    expect(Math.round(leg!.speed_kmh!)).toBe(35)
    expect(leg!.isOdd).toBe(false)
    expect([day.planned, day.plannedDone]).toEqual([1, 1])
  })

  it('measures from where somebody checked out', () => {
    const day = buildDay([{ ...morning, check_out_position: position(31.4, 120.4) }, noon], [], now)
    expect(day.legs[0]!.distance_m!).toBeLessThan(15_000)
  })

  it('finds a way that nobody can travel', () => {
    const leap = visit({
      id: 'v3',
      checked_in_at: '2026-11-20T02:05:00Z',
      position: position(29.9, 121.84),
    })
    const day = buildDay([morning, leap], [], now)
    expect(day.legs[0]!.isOdd).toBe(true)
    expect(tracksOf(day)[0]!.odd).toBe(true)
  })

  it('tells no speed for what is too short, and no distance without a position', () => {
    const near = visit({
      id: 'v3',
      checked_in_at: '2026-11-20T02:05:00Z',
      position: position(31.301, 120.6, 60),
    })
    expect(buildDay([morning, near], [], now).legs[0]!.speed_kmh).toBeNull()
    const nowhere = visit({
      id: 'v4',
      checked_in_at: '2026-11-20T02:05:00Z',
      position: position(0, 0),
    })
    const lost = buildDay([morning, nowhere], [], now)
    expect(lost.legs[0]!.distance_m).toBeNull()
    expect(tracksOf(lost)).toEqual([])
  })

  it('lays plans that came to nothing where they belonged', () => {
    const missed = plan({ id: 'p2', account_id: 'a9', starts_at: '2026-11-20T02:30:00Z' })
    const coming = plan({ id: 'p3', starts_at: '2026-11-20T10:00:00Z' })
    const dropped = plan({ id: 'p4', state: 'cancelled' })
    const day = buildDay([morning, noon], [coming, missed, dropped], now)
    expect(day.entries.map((entry) => entry.type)).toEqual(['stop', 'leg', 'missed', 'stop', 'missed'])
    expect(day.entries.flatMap((entry) => (entry.type === 'missed' ? [entry.isPast] : []))).toEqual([true, false])
    expect(day.planned).toBe(2)
  })

  it('takes a visit near its time for the planned one, each plan once', () => {
    const near = plan({ id: 'p2', starts_at: '2026-11-20T01:30:00Z' })
    const evening = plan({ id: 'p3', starts_at: '2026-11-20T10:00:00Z' })
    const again = { ...noon, checked_in_at: '2026-11-20T02:10:00Z' }
    const day = buildDay([{ ...morning, plan_id: null }, again], [evening, near], now)
    expect(day.stops.map((stop) => stop.plan?.id ?? null)).toEqual(['p2', null])
    expect([day.planned, day.plannedDone]).toEqual([2, 1])
  })

  it('takes the slower news for how late a visit arrived', () => {
    expect(lateness(visit({ received_at: null }))).toBeNull()
    expect(lateness(visit({ check_out_received_at: '2026-11-20T05:00:00Z' }))).toBe(10_800)
    expect(lateness(visit({ received_at: '2026-11-20T00:59:00Z' }))).toBe(5)
  })
})

describe('the visits of a day', () => {
  it('spans the calendar day of the zone', () => {
    expect(spanOfDay('2026-11-20', 'Asia/Shanghai')).toEqual({
      from: '2026-11-19T16:00:00.000Z',
      to: '2026-11-20T16:00:00.000Z',
    })
    const summer = spanOfDay('2026-03-29', 'Europe/Berlin')
    expect((Date.parse(summer.to) - Date.parse(summer.from)) / 3_600_000).toBe(23)
  })

  it('reads backwards and stops behind the day', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) =>
      visit({
        id: `v${index}`,
        checked_in_at: new Date(now - index * 3_600_000).toISOString(),
      }),
    )
    let reads = 0
    const engine = {
      list: async (_kind: string, { limit = 0, offset = 0 } = {}) => {
        reads += 1
        return rows.slice(offset, offset + limit)
      },
    }
    const found = await listBetween(engine as any, 'visit', spanOfDay('2026-11-20', 'Asia/Shanghai'))
    expect(found).toHaveLength(18)
    expect(reads).toBe(1)
  })
})

describe('people and their days', () => {
  const user = (id: string, part: Partial<User> = {}): User => ({
    id,
    name: id,
    title: null,
    roles: ['salesperson'],
    team_id: 'east',
    active: true,
    ...part,
  })
  const teams = [
    { id: 'sales', name: 'Sales', parent_id: null, lead_ids: ['boss'] },
    { id: 'east', name: 'East', parent_id: 'sales', lead_ids: ['lead'] },
    { id: 'west', name: 'West', parent_id: 'sales', lead_ids: [] },
  ]
  const users = [
    user('boss', { roles: ['sales_manager'], team_id: 'sales' }),
    user('lead', { roles: ['sales_manager'] }),
    user('anna'),
    user('ben', { team_id: 'west' }),
    user('gone', { active: false }),
    user('chief', { roles: ['executive'], team_id: null }),
  ]

  it('follows teams downwards', () => {
    const ids = (leader: string) => peopleLedBy(leader, users, teams).map((found) => found.id)
    expect(ids('boss')).toEqual(['anna', 'ben'])
    expect(ids('lead')).toEqual(['anna'])
    expect(ids('chief')).toEqual(['anna', 'ben'])
    expect(ids('anna')).toEqual([])
  })

  it('says who is where, and counts what looks odd', () => {
    const odd = visit({
      id: 'v9',
      user_id: 'anna',
      state: 'open',
      checked_out_at: null,
      verdict: { level: 'doubtful', score: 20, reasons: [] },
    })
    const people = summarisePeople(
      [user('anna'), user('ben')],
      users,
      [visit({ user_id: 'anna' }), odd],
      [plan({ user_id: 'ben' })],
      now,
    )
    expect(people.map((person) => [person.user.id, person.day.stops.length, person.odd, person.where])).toEqual([
      ['anna', 2, 1, 'visiting'],
      ['ben', 0, 0, 'not_yet'],
    ])
    const tiles = glances([visit(), odd], people, 2, 0, '2026-11-20')
    expect(Object.fromEntries(tiles.map((tile) => [tile.id, tile.count]))).toEqual({
      visits: 2,
      there: 1,
      planned: 0,
      odd: 1,
      conflicts: 2,
      refusals: 0,
    })
    expect(oddVisits([visit(), odd], 5).map((found) => found.id)).toEqual(['v9'])
  })

  it('keeps every block on its strip', () => {
    const from = Date.parse('2026-11-20T00:00:00Z')
    const blocks = stripBlocks(
      [
        visit(),
        visit({
          id: 'late',
          checked_in_at: '2026-11-20T23:00:00Z',
          checked_out_at: null,
        }),
      ],
      from,
      now,
      now,
    )
    for (const block of blocks) {
      expect(block.left).toBeGreaterThanOrEqual(0)
      expect(block.left + block.width).toBeLessThanOrEqual(100.01)
    }
  })
})
