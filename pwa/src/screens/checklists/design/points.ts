import type { FormPoint } from '@/generated/documents'
import { newId } from '@/sync/identifiers'

export const KINDS: FormPoint['kind'][] = [
  ...(['check', 'number', 'choice', 'text', 'photo', 'signature', 'date', 'section'] as const),
]
export const MOST_POINTS = 100
/** Enough of an id: it must differ from those of the same form only. */
const ID_LENGTH = 12

const pointId = () => newId().replaceAll('-', '').slice(-ID_LENGTH)

export function newPoint(kind: FormPoint['kind'], label = ''): FormPoint {
  return {
    ...{ id: pointId(), kind, label, help: null, required: kind !== 'section', unit: null, least: null, most: null },
    ...{ choices: [], failing: [], shown_if: null, follow_up: false },
  }
}

/** The points with a copy of one behind it. */
export function duplicated(points: readonly FormPoint[], index: number): FormPoint[] {
  const copy = { ...JSON.parse(JSON.stringify(points[index])), id: pointId() }
  return [...points.slice(0, index + 1), copy, ...points.slice(index + 1)]
}

/** The points with one moved up or down; the same where it can go no further. */
export function moved(points: readonly FormPoint[], index: number, by: -1 | 1): FormPoint[] {
  const to = index + by
  if (to < 0 || to >= points.length) return [...points]
  const rest = points.filter((_point, place) => place !== index)
  return [...rest.slice(0, to), points[index]!, ...rest.slice(to)]
}

export function without(points: readonly FormPoint[], index: number): FormPoint[] {
  return points.filter((_point, place) => place !== index)
}

/** One choice a line; what was failing stays so while it is still offered. */
export function withChoices(point: FormPoint, text: string): Pick<FormPoint, 'choices' | 'failing'> {
  const choices = [...new Set(text.split('\n').map((line) => line.trim().slice(0, 100)))].filter(Boolean).slice(0, 20)
  return { choices, failing: point.failing.filter((one) => choices.includes(one)) }
}

/** A point as it is kept: words trimmed, and nothing of another kind than its own. */
export function tidied(point: FormPoint): FormPoint {
  const isNumber = point.kind === 'number'
  const isJudged = ['check', 'number', 'choice'].includes(point.kind)
  return {
    ...{ id: point.id, kind: point.kind, label: point.label.trim(), help: point.help?.trim() || null },
    ...{ required: point.required && point.kind !== 'section', unit: (isNumber && point.unit?.trim()) || null },
    ...{ least: isNumber ? point.least : null, most: isNumber ? point.most : null },
    ...(point.kind === 'choice' ? { choices: point.choices, failing: point.failing } : { choices: [], failing: [] }),
    ...{ shown_if: point.shown_if?.answer ? { ...point.shown_if } : null, follow_up: isJudged && point.follow_up },
  }
}
