import { describe, expect, it } from 'vitest'
import { nextStop, stopsOf } from '@/screens/today/stops'
import { previousFix, sitePlaces } from '@/screens/visits/evidence'

const at = (lat: number) => ({
  lat,
  lon: 120.6,
  accuracy_m: 5,
  fixed_at: '2026-11-22T01:00:00Z',
  altitude_m: null,
  speed_mps: null,
})
const visit = (id: string, time: string, state: 'open' | 'done', account = id): any => ({
  ...{ id, account_id: account, account_name: account, checked_in_at: `2026-11-22T${time}Z`, state, position: at(31) },
})
const plan = (id: string, time: string, state = 'planned', visit_id: string | null = null): any => ({
  ...{ id, account_id: id, account_name: id, starts_at: `2026-11-22T${time}Z`, state, visit_id, purpose: `for ${id}` },
})
const positions = new Map([
  ['b', at(31.01)],
  ['c', at(31.02)],
])

describe('stopsOf', () => {
  const stops = stopsOf(
    [visit('v', '01:00:00', 'done', 'b')],
    [plan('c', '03:00:00'), plan('p', '00:50:00', 'done', 'v'), plan('x', '02:00:00', 'cancelled')],
    positions,
  )
  it('is one line in the order of the day, each thing once', () => {
    expect(stops.map((stop) => [stop.id, stop.state])).toEqual([
      ['v', 'done'],
      ['c', 'planned'],
    ])
  })
  it('keeps a visit’s purpose from its plan and the way between stops', () => {
    expect(stops[0]?.purpose).toBe('for p')
    expect(stops[0]?.leg_m).toBeNull()
    expect(stops[1]?.leg_m).toBeCloseTo(1_109, -1)
  })
  it('puts an open visit first, then what is planned', () => {
    expect(nextStop(stops)?.id).toBe('c')
    expect(nextStop(stopsOf([visit('o', '05:00:00', 'open')], [plan('c', '03:00:00')], positions))?.id).toBe('o')
    expect(nextStop([])).toBeNull()
  })
})

describe('evidence on the phone', () => {
  it('knows sites and the customer’s own place', () => {
    const sites: any[] = [
      { id: 's', position: at(31) },
      { id: 't', position: null },
    ]
    expect(sitePlaces({ id: 'a', position: at(32) } as any, sites).map((place) => place.id)).toEqual(['s', 'a'])
    expect(sitePlaces(null, [])).toEqual([])
  })
  it('takes the last place seen, never this visit’s own', () => {
    const older = {
      id: '1',
      position: { ...at(30), fixed_at: '2026-11-22T00:00:00Z' },
      check_out_position: { ...at(29), fixed_at: '2026-11-22T00:30:00Z' },
    }
    const own = { id: 'own', position: at(31), check_out_position: null }
    expect(previousFix([older, own] as any, 'own')?.lat).toBe(29)
    expect(previousFix([], 'own')).toBeNull()
  })
})
