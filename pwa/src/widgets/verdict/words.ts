import type { VerdictLevel } from '@/generated/documents'

export interface Formatters {
  distance(metres: number): string
  span(seconds: number): string
  number(value: number): string
}

/** A reason as the wire carries it; codes of a later version may be unknown here. */
export interface WireReason {
  code: string
  params: Record<string, any>
}

export type BadgeLevel = VerdictLevel | 'waiting'

export const REASON_CODES = [
  'far_from_site',
  'low_accuracy',
  'stale_fix',
  'impossible_speed',
  'clock_skew',
  'duplicate_photo',
  'photo_elsewhere',
  'photo_other_time',
  'synced_late',
  'no_site',
  'outside_hours',
] as const

/** The locale key of a reason and its numbers in the reader's own units. */
export function reasonWords(reason: WireReason, format: Formatters): { key: string; params: Record<string, string> } {
  const known = (REASON_CODES as readonly string[]).includes(reason.code)
  const params: Record<string, string> = {}
  for (const [name, value] of Object.entries(reason.params ?? {})) {
    if (typeof value !== 'number') params[name] = String(value)
    else if (name.endsWith('_m')) params[name] = format.distance(value)
    else if (name.endsWith('_s')) params[name] = format.span(value)
    else params[name] = format.number(value)
  }
  return { key: `verdict.reason.${known ? reason.code : 'other'}`, params: { code: reason.code, ...params } }
}
