import type { Engine } from 'cairn-sync'
import type { DocumentsByKind } from '@/generated/documents'
import { addDays, fromWallClock } from '@/app/time'

export interface Span {
  /** ISO-8601 UTC, included. */
  from: string
  /** ISO-8601 UTC, excluded. */
  to: string
}

/** The span of calendar days in a zone; days may have 23 or 25 hours. */
export function spanOfDay(day: string, zone: string): Span {
  return { from: fromWallClock(`${day}T00:00`, zone), to: fromWallClock(`${addDays(day, 1)}T00:00`, zone) }
}

const PAGE = 400
/** A year of visits of a large team; what lies deeper is found through the log. */
const MAX_PAGES = 100

const TIMES = { visit: 'checked_in_at', visit_plan: 'starts_at' } as const

/** Documents whose time falls into the span, newest first, read backwards so that today costs one page. */
export async function listBetween<K extends keyof typeof TIMES>(
  engine: Pick<Engine, 'list'>,
  kind: K,
  span: Span,
  ref?: string,
): Promise<DocumentsByKind[K][]> {
  const field = TIMES[kind] as string as keyof DocumentsByKind[K]
  const found: DocumentsByKind[K][] = []
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { reverse: true, limit: PAGE, offset: page * PAGE, ...(ref ? { ref } : {}) }
    const rows = (await engine.list(kind, query)) as DocumentsByKind[K][]
    for (const row of rows) {
      const time = row[field] as string
      if (time >= span.from && time < span.to) found.push(row)
    }
    const last = rows.at(-1)
    if (rows.length < PAGE || !last || (last[field] as string) < span.from) break
  }
  return found
}
