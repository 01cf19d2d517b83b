import { fromWallClock, toWallClock } from '@/app/time'
import type { Ticket, TicketType } from '@/generated/documents'

export const MOMENTS = ['before', 'after', 'other'] as const
export const TYPES: TicketType[] = ['repair', 'installation', 'technical_support', 'inspection', 'complaint']
export const PRIORITIES: Ticket['priority'][] = ['urgent', 'normal', 'low']
export const SOURCES: Ticket['source'][] = ['phone', 'email', 'staff']

/** A ticket as its form has it: nothing is null, and times are on the organization's wall clock. */
export interface TicketForm {
  type: TicketType
  title: string
  description: string
  product: string
  priority: Ticket['priority']
  source: Ticket['source']
  site_id: string
  contact_id: string
  due: string
}

export function emptyForm(): TicketForm {
  return {
    type: 'repair',
    title: '',
    description: '',
    product: '',
    priority: 'normal',
    source: 'phone',
    site_id: '',
    contact_id: '',
    due: '',
  }
}

export function formOf(ticket: Ticket, zone: string): TicketForm {
  return {
    type: ticket.type,
    title: ticket.title,
    description: ticket.description ?? '',
    product: ticket.product ?? '',
    priority: ticket.priority,
    source: ticket.source,
    site_id: ticket.site_id ?? '',
    contact_id: ticket.contact_id ?? '',
    due: ticket.due_at ? toWallClock(ticket.due_at, zone) : '',
  }
}

type Said = Pick<
  Ticket,
  'type' | 'title' | 'description' | 'product' | 'priority' | 'site_id' | 'contact_id' | 'due_at'
>

/** What the form says, as a ticket keeps it. */
export function saidBy(form: TicketForm, zone: string): Said {
  return {
    type: form.type,
    title: form.title.trim(),
    description: form.description.trim() || null,
    product: form.product.trim() || null,
    priority: form.priority,
    site_id: form.site_id || null,
    contact_id: form.contact_id || null,
    due_at: form.due ? fromWallClock(form.due, zone) : null,
  }
}

/** What was changed, with what its author saw; null when nothing was. */
export function changesOf(
  before: Ticket,
  form: TicketForm,
  zone: string,
): { set: Partial<Said>; base: Partial<Said> } | null {
  const seen = saidBy(formOf(before, zone), zone)
  const said = saidBy(form, zone)
  const names = (Object.keys(said) as (keyof Said)[]).filter((name) => said[name] !== seen[name])
  if (names.length === 0) return null
  return {
    set: Object.fromEntries(names.map((name) => [name, said[name]])),
    base: Object.fromEntries(names.map((name) => [name, before[name]])),
  }
}
