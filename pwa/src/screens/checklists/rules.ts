import type { FormPoint, PointAnswer } from '@/generated/documents'

/** The phone's twin of the server's `modules/checklists/rules.py`; `sync/vectors/checklists.json` holds both to the same. */
export const CHECKS = ['ok', 'failed', 'not_applicable'] as const
const JUDGED: ReadonlySet<FormPoint['kind']> = new Set<FormPoint['kind']>(['check', 'number', 'choice'])

export type Answers = Record<string, Partial<PointAnswer>>

export interface Verdict {
  shown: string[]
  missing: string[]
  failed: string[]
  in_order: number
  counted: number
}

/** What the answers come to, from the top: a condition looks at earlier points that are asked themselves. */
export function judge(points: readonly FormPoint[], answers: Answers): Verdict {
  const outcomes = new Map<string, string | null>()
  const verdict: Verdict = { shown: [], missing: [], failed: [], in_order: 0, counted: 0 }
  for (const point of points) {
    const { id, kind, shown_if: condition } = point
    if (condition && outcomes.get(condition.point_id) !== condition.answer) continue
    const answer = answers[id] ?? {}
    const outcome = outcomeOf(point, answer)
    const failed = hasFailed(point, answer)
    outcomes.set(id, outcome)
    verdict.shown.push(id)
    if (point.required && kind !== 'section' && !isAnswered(point, answer)) verdict.missing.push(id)
    if (failed) verdict.failed.push(id)
    if (!JUDGED.has(kind) || outcome === 'not_applicable') continue
    verdict.counted += 1
    if (outcome !== null && !failed) verdict.in_order += 1
  }
  return verdict
}

/** Whether an answer is one to this point; what does not fit it is none. */
export function isAnswered(point: FormPoint, { value, photo_ids, strokes }: Partial<PointAnswer>): boolean {
  switch (point.kind) {
    case 'check':
      return CHECKS.some((one) => one === value)
    case 'number':
      return typeof value === 'number'
    case 'choice':
      return point.choices.some((one) => one === value)
    case 'date':
      return typeof value === 'string' && isDate(value)
    case 'photo':
      return (photo_ids ?? []).length > 0
    case 'signature':
      return (photo_ids ?? []).length + (strokes ?? []).length > 0
    case 'text':
      return typeof value === 'string' && value.trim() !== ''
    default:
      return false
  }
}

export function hasFailed(point: FormPoint, answer: Partial<PointAnswer>): boolean {
  const { value } = answer
  if (!isAnswered(point, answer)) return false
  if (typeof value === 'number') {
    return (point.least !== null && value < point.least) || (point.most !== null && value > point.most)
  }
  return (point.kind === 'check' && value === 'failed') || (point.kind === 'choice' && point.failing.includes(value!))
}

/** What conditions of later points ask about: the word of a check, the choice, whether a number is in order. */
function outcomeOf(point: FormPoint, answer: Partial<PointAnswer>): string | null {
  if (!JUDGED.has(point.kind) || !isAnswered(point, answer)) return null
  if (point.kind === 'number') return hasFailed(point, answer) ? 'failed' : 'ok'
  return String(answer.value)
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}
