import type { Position, Visit, VisitPlan } from '@/generated/documents'
import { distanceMetres, isPlace, type Place } from '@/map/geodesy'

/** One place in a day: planned, being visited, or visited. */
export interface Stop {
  id: string
  account_id: string
  name: string
  at: string
  state: 'planned' | 'open' | 'done'
  purpose: string | null
  plan: VisitPlan | null
  visit: Visit | null
  position: Position | null
  /** From the stop before it, as the crow flies. */
  leg_m: number | null
}

type Positions = ReadonlyMap<string, Position | null>

function stopOfVisit(visit: Visit, plan: VisitPlan | undefined, positions: Positions): Stop {
  return {
    id: visit.id,
    account_id: visit.account_id,
    name: visit.account_name,
    at: visit.checked_in_at,
    state: visit.state,
    purpose: plan?.purpose ?? null,
    plan: plan ?? null,
    visit,
    position: positions.get(visit.account_id) ?? visit.position,
    leg_m: null,
  }
}

function stopOfPlan(plan: VisitPlan, positions: Positions): Stop {
  const { id, account_id, account_name, starts_at, purpose } = plan
  const position = positions.get(account_id) ?? null
  return {
    id,
    account_id,
    name: account_name,
    at: starts_at,
    state: 'planned',
    purpose,
    plan,
    visit: null,
    position,
    leg_m: null,
  }
}

/** A day in the order it happens: what was visited when it was, what is planned when it should be. */
export function stopsOf(visits: Visit[], plans: VisitPlan[], positions: Positions): Stop[] {
  const planOf = new Map(plans.filter((plan) => plan.visit_id).map((plan) => [plan.visit_id!, plan]))
  const stops = [
    ...visits.map((visit) => stopOfVisit(visit, planOf.get(visit.id), positions)),
    ...plans.filter((plan) => plan.state === 'planned').map((plan) => stopOfPlan(plan, positions)),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  return stops.map((stop, index) => ({ ...stop, leg_m: distanceBetween(stops[index - 1]?.position, stop.position) }))
}

export function distanceBetween(from: Place | null | undefined, to: Place | null | undefined): number | null {
  return isPlace(from) && isPlace(to) ? distanceMetres(from, to) : null
}

/** An open visit goes on; otherwise the first thing that is still planned. */
export function nextStop(stops: Stop[]): Stop | null {
  return stops.find((stop) => stop.state === 'open') ?? stops.find((stop) => stop.state === 'planned') ?? null
}
