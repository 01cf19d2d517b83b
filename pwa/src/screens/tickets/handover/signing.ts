import { sha256 } from 'cairn-sync'
import type { Shown, Ticket } from '@/generated/documents'
import { minutesByPerson } from '../rules'

/** The phone's twin of the server's `modules/tickets/signing.py`; `sync/vectors/handover.json` holds both to the same. */
export const MOST_POINTS = 2_000
export const MOST_STROKES = 100
export const LONGEST_STROKE = 500

/** Everything that the customer sees before signing. */
export function shownOf(ticket: Ticket, nameOf: (id: string) => string): Shown {
  const minutes = minutesByPerson(ticket.work)
  const people = [...new Set(ticket.work.map((session) => session.user_id))]
  return {
    ticket_id: ticket.id,
    title: ticket.title,
    customer: ticket.account_name,
    report: ticket.report,
    photos: (ticket.photos ?? []).map(({ photo_id, moment, caption }) => ({ photo_id, moment, caption })),
    times: people.map((id) => ({ user_id: id, name: nameOf(id), minutes: minutes.get(id) ?? null })),
  }
}

/** Keys sorted, no space between tokens, nothing escaped that JSON does not demand. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`).join(',')}}`
}

/** What the signature stands for. */
export function signedHash(shown: Shown): Promise<string> {
  return sha256(canonicalJson(shown))
}
