import type { Role, Team, User, Visit, VisitPlan } from '@/generated/documents'
import { buildDay, type Day } from './timeline'

const SEES_ALL: Role[] = ['executive', 'administrator']
const OUTSIDE: Role[] = ['salesperson', 'technician']

/** The people whose work somebody leads: their teams and all below; everybody outside for executives and administrators. */
export function peopleLedBy(leaderId: string, users: User[], teams: Team[]): User[] {
  const leader = users.find((user) => user.id === leaderId)
  const outside = users.filter((user) => user.active && user.roles.some((role) => OUTSIDE.includes(role)))
  if (leader?.roles.some((role) => SEES_ALL.includes(role))) return outside
  const led = new Set(teams.filter((team) => team.lead_ids.includes(leaderId)).map((team) => team.id))
  // A tree as deep as there are teams is the deepest there can be.
  for (let depth = 0; depth < teams.length; depth += 1) {
    const before = led.size
    for (const team of teams) if (team.parent_id && led.has(team.parent_id)) led.add(team.id)
    if (led.size === before) break
  }
  return outside.filter((user) => user.id !== leaderId && user.team_id !== null && led.has(user.team_id))
}

export type Whereabouts = 'visiting' | 'between' | 'not_yet' | 'none'

export interface PersonDay {
  user: User
  day: Day
  odd: number
  where: Whereabouts
  /** The latest stop, if there is one. */
  last: Visit | null
}

/** A line per person: those led, and anybody else whose visits of that day are visible, busiest first. */
export function summarisePeople(
  led: User[],
  users: User[],
  visits: Visit[],
  plans: VisitPlan[],
  now: number,
): PersonDay[] {
  const visitsOf = groupBy(visits, (visit) => visit.user_id)
  const plansOf = groupBy(plans, (plan) => plan.user_id)
  const people = new Map(led.map((user) => [user.id, user]))
  for (const user of users) if (visitsOf.has(user.id)) people.set(user.id, user)
  return [...people.values()]
    .map((user) => personDay(user, visitsOf.get(user.id) ?? [], plansOf.get(user.id) ?? [], now))
    .sort(
      (a, b) =>
        b.day.stops.length - a.day.stops.length ||
        b.day.planned - a.day.planned ||
        a.user.name.localeCompare(b.user.name),
    )
}

function personDay(user: User, visits: Visit[], plans: VisitPlan[], now: number): PersonDay {
  const day = buildDay(visits, plans, now)
  const last = day.stops.at(-1)?.visit ?? null
  return { user, day, last, odd: visits.filter(isOdd).length, where: whereabouts(day, last) }
}

function whereabouts(day: Day, last: Visit | null): Whereabouts {
  if (!last) return day.planned > 0 ? 'not_yet' : 'none'
  return last.state === 'open' ? 'visiting' : 'between'
}

export function isOdd(visit: Visit): boolean {
  return visit.verdict !== null && visit.verdict.level !== 'ok'
}

function groupBy<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}

export interface StripBlock {
  id: string
  /** Percent of the strip's width. */
  left: number
  width: number
  level: string
}

/** A visit shorter than this would be a hair nobody sees. */
const SMALLEST_BLOCK_PERCENT = 1.5

/** A day's visits as blocks on a strip that spans two moments in milliseconds. */
export function stripBlocks(visits: Visit[], from: number, to: number, now: number): StripBlock[] {
  const percent = (time: number) => ((Math.min(Math.max(time, from), to) - from) / (to - from)) * 100
  return visits.map((visit) => {
    const start = Date.parse(visit.checked_in_at)
    const end = visit.checked_out_at ? Date.parse(visit.checked_out_at) : Math.min(Math.max(now, start), to)
    const left = Math.min(percent(start), 100 - SMALLEST_BLOCK_PERCENT)
    return {
      id: visit.id,
      left,
      width: Math.max(percent(end) - left, SMALLEST_BLOCK_PERCENT),
      level: visit.verdict?.level ?? 'waiting',
    }
  })
}
