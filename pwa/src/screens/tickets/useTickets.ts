import { computed } from 'vue'
import type { Ticket, User } from '@/generated/documents'
import { useRows } from '@/sync/useRows'
import { useNow } from '@/widgets/useNow'
import { completionRate, isCompleted, isOpen } from './rules'

/** More would not be looked through on a screen; the newest are the ones that matter. */
export const MOST_TICKETS = 2_000

export const SHOWN = ['open', 'late', 'unassigned', 'call_back', 'completed', 'all'] as const
export type Shown = (typeof SHOWN)[number]

export function peopleOf(ticket: Ticket): string[] {
  return [...(ticket.assigned_to ? [ticket.assigned_to] : []), ...ticket.helper_ids]
}

export function isLate(ticket: Ticket, now: number): boolean {
  return (
    ticket.due_at !== null && isOpen(ticket.status) && !isCompleted(ticket.status) && Date.parse(ticket.due_at) < now
  )
}

/** In the place of a person: tickets that nobody has. */
export const NOBODY = 'nobody'

const TESTS: Record<Shown, (ticket: Ticket, now: number) => boolean> = {
  open: (ticket) => isOpen(ticket.status),
  late: isLate,
  unassigned: (ticket) => isOpen(ticket.status) && ticket.assigned_to === null,
  call_back: (ticket) => ticket.status === 'done' || ticket.status === 'call_back',
  completed: (ticket) => isCompleted(ticket.status),
  all: () => true,
}

export function matches(ticket: Ticket, shown: Shown, person: string | null, now: number): boolean {
  const isTheirs = person === null || (ticket.assigned_to ?? NOBODY) === person
  return isTheirs && TESTS[shown](ticket, now)
}

const URGENCY = { urgent: 0, normal: 1, low: 2 }
/** What has no time comes after what has one. */
const SOMEDAY = '9999'

/** Late ones first, then what is to be done by when it is due, the urgent first among equals; what is done last. */
export function byUrgency(now: number): (a: Ticket, b: Ticket) => number {
  const group = (ticket: Ticket) =>
    isLate(ticket, now) ? 0 : isCompleted(ticket.status) || !isOpen(ticket.status) ? 2 : 1
  return (a, b) => {
    if (group(a) !== group(b)) return group(a) - group(b)
    if (group(a) === 2) return a.status_at < b.status_at ? 1 : -1
    const [due, other] = [a.due_at ?? SOMEDAY, b.due_at ?? SOMEDAY]
    if (due !== other) return due < other ? -1 : 1
    return URGENCY[a.priority] - URGENCY[b.priority] || (a.created_at < b.created_at ? -1 : 1)
  }
}

export interface Completion {
  user: User
  completed: number
  assigned: number
  rate: number | null
}

/** Completed ÷ assigned of everybody who goes to customers (F-05). */
export function completionOf(users: readonly User[], tickets: readonly Ticket[]): Completion[] {
  return users.map((user) => {
    const states = tickets.filter((ticket) => ticket.assigned_to === user.id).map((ticket) => ticket.status)
    return {
      user,
      completed: states.filter(isCompleted).length,
      assigned: states.length,
      rate: completionRate(states),
    }
  })
}

/** Every ticket that this device holds. */
export function useTickets() {
  const tickets = useRows('ticket', { reverse: true, limit: MOST_TICKETS })
  return { tickets, now: useNow(), isCut: computed(() => (tickets.value?.length ?? 0) >= MOST_TICKETS) }
}

/** Whose job it is to go to customers. */
export function useTechnicians() {
  const users = useRows('user')
  return computed(() => (users.value ?? []).filter((user) => user.active && user.roles.includes('technician')))
}
