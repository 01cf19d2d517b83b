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

/** SHA-256 of the canonical JSON in UTF-8, in hex. */
export async function signedHash(shown: Shown): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonicalJson(shown)))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
