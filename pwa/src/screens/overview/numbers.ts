import type { Visit } from '@/generated/documents'
import { isOdd, type PersonDay } from '@/screens/day/team'

export interface Glance {
  id: 'visits' | 'there' | 'odd' | 'planned' | 'conflicts' | 'refusals'
  count: number
  /** A second number the first is measured against. */
  of?: number
  needsAttention: boolean
  to: { path: string; query?: Record<string, string>; hash?: string }
}

/** The day in six numbers; each leads to the rows that it counts. */
export function glances(
  visits: Visit[],
  people: PersonDay[],
  openConflicts: number,
  openRefusals: number,
  day: string,
): Glance[] {
  const log = (extra: Record<string, string> = {}) => ({ path: '/visit-log', query: { from: day, to: day, ...extra } })
  const odd = visits.filter(isOdd).length
  const planned = people.reduce((sum, person) => sum + person.day.planned, 0)
  const done = people.reduce((sum, person) => sum + person.day.plannedDone, 0)
  const there = people.filter((person) => person.where === 'visiting').length
  const dayMap = { path: '/day', query: { date: day } }
  return [
    { id: 'visits', count: visits.length, needsAttention: false, to: log() },
    { id: 'there', count: there, needsAttention: false, to: dayMap },
    { id: 'planned', count: done, of: planned, needsAttention: false, to: dayMap },
    { id: 'odd', count: odd, needsAttention: odd > 0, to: log({ verdict: 'odd', sort: 'verdict' }) },
    {
      id: 'conflicts',
      count: openConflicts,
      needsAttention: openConflicts > 0,
      to: { path: '/sync', hash: '#conflicts' },
    },
    { id: 'refusals', count: openRefusals, needsAttention: openRefusals > 0, to: { path: '/sync', hash: '#refusals' } },
  ]
}

/** What looks odd, worst first. */
export function oddVisits(visits: Visit[], limit: number): Visit[] {
  return visits
    .filter(isOdd)
    .sort(
      (a, b) => (a.verdict?.score ?? 100) - (b.verdict?.score ?? 100) || (a.checked_in_at < b.checked_in_at ? 1 : -1),
    )
    .slice(0, limit)
}
