import type { Position, Visit, VisitPlan } from '@/generated/documents'
import { distanceMetres, isPlace, type Place } from '@/map/geodesy'

/** A day of one person, told in order: stops, the ways between them, and plans that came to nothing (yet). */
export type DayEntry = StopEntry | LegEntry | MissedEntry

export interface StopEntry {
  type: 'stop'
  number: number
  visit: Visit
  plan: VisitPlan | null
  /** Seconds at the customer; null while the visit is open. */
  stay_s: number | null
  /** Seconds between what happened and the server's receipt; null until it has arrived. */
  late_s: number | null
}

export interface LegEntry {
  type: 'leg'
  from: StopEntry
  to: StopEntry
  /** Straight line, so the way was at least this long; null when one end has no position. */
  distance_m: number | null
  /** Seconds between leaving one and arriving at the other; negative when the visits overlap. */
  duration_s: number
  /** Lower bound of the average speed; null for what is too short to tell. */
  speed_kmh: number | null
  isOdd: boolean
}

export interface MissedEntry {
  type: 'missed'
  plan: VisitPlan
  isPast: boolean
}

export interface Day {
  entries: DayEntry[]
  stops: StopEntry[]
  legs: LegEntry[]
  planned: number
  plannedDone: number
  /** Straight lines between the stops, in metres. */
  travelled_m: number
}

/** Nobody on the road averages more, door to door (the verdict's own limit). */
const FASTEST_KMH = 200
/** Shorter hops are a receiver finding its place rather than travel. */
const SHORTEST_LEG_M = 500
/** Arriving within ten minutes counts as at once: a phone in a lift is not late. */
export const LATE_FROM_S = 600

export function buildDay(visits: Visit[], plans: VisitPlan[], now: number): Day {
  const inOrder = [...visits].sort(byTime)
  const matched = matchPlans(inOrder, plans)
  const stops = inOrder.map((visit, index) => stopOf(visit, index + 1, matched.get(visit.id) ?? null))
  const legs = stops.slice(1).map((stop, index) => legBetween(stops[index]!, stop))
  const relevant = plans.filter((plan) => plan.state !== 'cancelled')
  const isDone = (plan: VisitPlan) => plan.state === 'done' || stops.some((stop) => stop.plan?.id === plan.id)
  const missed = relevant
    .filter((plan) => !isDone(plan))
    .map((plan): MissedEntry => ({ type: 'missed', plan, isPast: Date.parse(plan.starts_at) < now }))
  return {
    entries: interleave(stops, legs, missed),
    stops,
    legs,
    planned: relevant.length,
    plannedDone: relevant.filter(isDone).length,
    travelled_m: legs.reduce((sum, leg) => sum + (leg.distance_m ?? 0), 0),
  }
}

/** A visit within two hours of a plan for the same customer is what was meant, though it was not begun from the plan. */
const MEANT_WITHIN_MS = 2 * 3_600_000

/** The plan of each visit, every plan used once: the linked one, otherwise the one that was meant. */
function matchPlans(visits: Visit[], plans: VisitPlan[]): Map<string, VisitPlan> {
  const matched = new Map<string, VisitPlan>()
  for (const visit of visits) {
    const linked = plans.find((plan) => plan.id === visit.plan_id || plan.visit_id === visit.id)
    if (linked) matched.set(visit.id, linked)
  }
  const taken = new Set(matched.values())
  for (const visit of visits) {
    if (matched.has(visit.id)) continue
    const meant = plans.find((plan) => !taken.has(plan) && isMeant(plan, visit))
    if (!meant) continue
    matched.set(visit.id, meant)
    taken.add(meant)
  }
  return matched
}

function isMeant(plan: VisitPlan, visit: Visit): boolean {
  const apart_ms = Math.abs(Date.parse(plan.starts_at) - Date.parse(visit.checked_in_at))
  const isFree = plan.state === 'planned' && !plan.visit_id
  return isFree && plan.account_id === visit.account_id && apart_ms <= MEANT_WITHIN_MS
}

function byTime(a: Visit, b: Visit): number {
  return a.checked_in_at.localeCompare(b.checked_in_at) || a.id.localeCompare(b.id)
}

function stopOf(visit: Visit, number: number, plan: VisitPlan | null): StopEntry {
  return {
    type: 'stop',
    number,
    visit,
    plan,
    stay_s: visit.checked_out_at ? secondsBetween(visit.checked_in_at, visit.checked_out_at) : null,
    late_s: lateness(visit),
  }
}

/** How long the news took, the slower of check-in and check-out; null for what has not arrived. */
export function lateness(visit: Visit): number | null {
  if (!visit.received_at) return null
  const arrival = secondsBetween(visit.checked_in_at, visit.received_at)
  const departure =
    visit.checked_out_at && visit.check_out_received_at
      ? secondsBetween(visit.checked_out_at, visit.check_out_received_at)
      : 0
  return Math.max(0, arrival, departure)
}

function legBetween(from: StopEntry, to: StopEntry): LegEntry {
  const left: Position = from.visit.check_out_position ?? from.visit.position
  const reached = to.visit.position
  const distance_m = isPlace(left) && isPlace(reached) ? distanceMetres(left, reached) : null
  const duration_s = secondsBetween(from.visit.checked_out_at ?? from.visit.checked_in_at, to.visit.checked_in_at)
  const speed_kmh = speedOf(distance_m, duration_s, (left?.accuracy_m ?? 0) + (reached?.accuracy_m ?? 0))
  return { type: 'leg', from, to, distance_m, duration_s, speed_kmh, isOdd: (speed_kmh ?? 0) > FASTEST_KMH }
}

/** What both fixes may be wrong by is no movement, so it is taken off before the speed is told. */
function speedOf(distance_m: number | null, duration_s: number, slack_m: number): number | null {
  if (distance_m === null || distance_m - slack_m < SHORTEST_LEG_M) return null
  return ((distance_m - slack_m) / Math.max(duration_s, 1)) * 3.6
}

function interleave(stops: StopEntry[], legs: LegEntry[], missed: MissedEntry[]): DayEntry[] {
  const waiting = [...missed].sort((a, b) => a.plan.starts_at.localeCompare(b.plan.starts_at))
  const entries: DayEntry[] = []
  for (const [index, stop] of stops.entries()) {
    if (index > 0) entries.push(legs[index - 1]!)
    while (waiting[0] && waiting[0].plan.starts_at < stop.visit.checked_in_at) entries.push(waiting.shift()!)
    entries.push(stop)
  }
  return [...entries, ...waiting]
}

/** Stretches of the day's line: consecutive usual legs as one line, odd ones apart so that they can look odd. */
export function tracksOf(day: Day): { id: string; places: Place[]; odd: boolean }[] {
  return day.legs.flatMap((leg) => {
    const ends = [leg.from.visit.check_out_position ?? leg.from.visit.position, leg.to.visit.position]
    const places = ends.filter(isPlace)
    return places.length === 2 ? [{ id: leg.to.visit.id, places, odd: leg.isOdd }] : []
  })
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000
}
