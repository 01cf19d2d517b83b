import type { Conflict } from '@/generated/documents'
import { distanceMetres, isPlace } from '@/map/geodesy'

export type Take = 'mine' | 'theirs' | 'value'

/** Fields of a conflict; a declared group travels joined by "+". */
export function fieldsOf(conflict: Pick<Conflict, 'field'>): string[] {
  return conflict.field.split('+')
}

/** The part of a value that belongs to one field of a group. */
export function partOf(conflict: Pick<Conflict, 'field'>, value: any, field: string): any {
  return fieldsOf(conflict).length > 1 ? (value?.[field] ?? null) : (value ?? null)
}

export interface ValueWords {
  empty: string
  separator: string
  /** A position in words; `away_m` is how far it lies from the one it is compared with. */
  position(lat: string, lon: string, away_m: number | null): string
  dateTime(iso: string): string
}

/** A value as a person would write it down. */
export function valueText(value: any, words: ValueWords, comparedWith: any = null): string {
  if (value === null || value === undefined || value === '') return words.empty
  if (Array.isArray(value)) {
    if (value.length === 0) return words.empty
    return value.map((item) => valueText(item, words)).join(words.separator)
  }
  if (isPlace(value)) {
    const away = isPlace(comparedWith) ? distanceMetres(value, comparedWith) : null
    return words.position(value.lat.toFixed(5), value.lon.toFixed(5), away)
  }
  if (typeof value === 'object') {
    return Object.entries(value)
      .filter(([, part]) => part !== null)
      .map(([, part]) => valueText(part, words))
      .join(words.separator)
  }
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value)) return words.dateTime(value)
  return String(value)
}

export interface Side {
  take: 'mine' | 'theirs'
  value: any
  /** Null when the server does not say who. */
  personId: string | null
  at: string | null
  isOwn: boolean
}

/** Both sides as the reader sees them: one's own first, whoever one is. */
export function sidesFor(conflict: Conflict, readerId: string): Side[] {
  const author: Side = {
    take: 'mine',
    value: conflict.mine,
    personId: conflict.author_id,
    at: conflict.at,
    isOwn: conflict.author_id === readerId,
  }
  const other: Side = {
    take: 'theirs',
    value: conflict.theirs,
    personId: conflict.theirs_by,
    at: conflict.theirs_at,
    isOwn: conflict.theirs_by === readerId && conflict.author_id !== readerId,
  }
  return other.isOwn ? [other, author] : [author, other]
}

/** What goes into `value` for a choice of one's own: plain for one field, an object for a group. */
export function ownValue(conflict: Conflict, parts: Record<string, any>): any {
  const fields = fieldsOf(conflict)
  return fields.length > 1
    ? Object.fromEntries(fields.map((field) => [field, parts[field] ?? null]))
    : parts[fields[0]!]
}

/** Text that was typed, in the shape its field has. */
export function typedValue(field: string, text: string): any {
  const trimmed = text.trim()
  if (field === 'tags')
    return [
      ...new Set(
        trimmed
          .split(/[,，、;；]/)
          .map((tag) => tag.trim())
          .filter(Boolean),
      ),
    ]
  return trimmed === '' && field !== 'name' ? null : trimmed
}

/** The start of what somebody would type: the value that stands now. */
export function editableText(value: any): string {
  if (Array.isArray(value)) return value.join(', ')
  return value === null || value === undefined ? '' : String(value)
}
