import type { Rating, Ticket } from '@/generated/documents'

export interface Feedback {
  id: string
  ticketId: string
  title: string
  at: string
  /** How it came: asked by telephone, by the customer's own link, or on the technician's phone. */
  by: 'called' | 'link' | 'phone'
  satisfaction: number | null
  solved: boolean | null
  comment: string | null
}

/** What a customer said about these tickets, the newest first; call-backs and ratings stand side by side. */
export function feedbackOf(tickets: readonly Ticket[], ratings: readonly Rating[]): Feedback[] {
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  const called = tickets.flatMap((ticket): Feedback[] => {
    const at = ticket.trace.findLast((step) => step.event === 'call_back')?.at
    if (!at || ticket.confirmed_solved === null) return []
    const { id, title, satisfaction, confirmed_solved: solved, comment } = ticket
    return [{ id: `called-${id}`, ticketId: id, title, at, by: 'called', satisfaction, solved, comment }]
  })
  const rated = ratings.flatMap((rating): Feedback[] => {
    const ticket = byId.get(rating.ticket_id)
    if (!ticket) return []
    const { id, at, satisfaction, solved, comment } = rating
    const by = rating.user_id === null ? 'link' : 'phone'
    return [{ id, ticketId: ticket.id, title: ticket.title, at, by, satisfaction, solved, comment }]
  })
  return [...called, ...rated].sort((a, b) => (a.at < b.at ? 1 : -1))
}
