import type { FormPoint } from '@/generated/documents'
import { CHECKS } from './rules'

/** The id of the first point that nobody could fill as it is meant, as the server's `fault_of`; null when all are sound. */
export function faultOf(points: readonly FormPoint[]): string | null {
  const earlier: FormPoint[] = []
  for (const point of points) {
    const { id, shown_if: condition } = point
    const isAsked = !condition || outcomesOf(earlier, condition.point_id).includes(condition.answer)
    const isKnown = earlier.some((one) => one.id === id)
    if (isKnown || !isAsked || !hasSoundLimits(point) || !hasSoundChoices(point)) return id
    earlier.push(point)
  }
  return null
}

/** What a condition may ask of a point: nothing of one that is not there, or can be neither in order nor not. */
export function outcomesOf(earlier: readonly FormPoint[], id: string): readonly string[] {
  const point = earlier.find((one) => one.id === id)
  if (point?.kind === 'choice') return point.choices
  if (point?.kind === 'check') return CHECKS
  return point?.kind === 'number' ? CHECKS.slice(0, 2) : []
}

function hasSoundLimits({ kind, least, most }: FormPoint): boolean {
  if (least === null && most === null) return true
  return kind === 'number' && (least === null || most === null || least <= most)
}

function hasSoundChoices({ kind, choices, failing }: FormPoint): boolean {
  const isUnique = new Set(choices).size === choices.length
  return isUnique && failing.every((one) => choices.includes(one)) && choices.length > 0 === (kind === 'choice')
}
