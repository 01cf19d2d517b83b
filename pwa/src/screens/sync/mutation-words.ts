import type { Doc } from 'cairn-sync'

/** A document that must be read before a mutation can be told in words. */
export interface Subject {
  kind: string
  id: string
}

const EDITED: Record<string, string> = {
  'accounts.edit': 'account',
  'contacts.edit': 'contact',
  'sites.edit': 'site',
  'tickets.edit': 'ticket',
}
const BY_RECORD: Record<string, string> = {
  'accounts.transfer': 'account',
  'visits.check_out': 'visit',
  'visits.cancel_plan': 'visit_plan',
  'conflicts.resolve': 'conflict',
  'refusals.close': 'refusal',
}
const TICKETS = [
  ...['assign', 'accept', 'on_my_way', 'sign_in', 'pause', 'resume', 'sign_out'],
  ...['call_back', 'close', 'reopen', 'cancel', 'add_photo', 'hand_over', 'send_report'],
].map((step) => `tickets.${step}`)
for (const name of TICKETS) BY_RECORD[name] = 'ticket'
const NAMED = ['accounts.create', 'contacts.create', 'sites.create']
const KNOWN = [
  ...Object.keys(EDITED),
  ...Object.keys(BY_RECORD),
  ...NAMED,
  'visits.plan',
  'visits.check_in',
  'tickets.create',
  'feedback.rate',
  'tickets.share',
  'tickets.unshare',
  'notes.add',
]

/** Which records name the thing that was changed, best first. */
export function subjectsOf(name: string, args: any): Subject[] {
  const record = EDITED[name] ?? BY_RECORD[name]
  if (record && args?.id) return withCard({ kind: record, id: args.id })
  if (args?.ticket_id) return [{ kind: 'ticket', id: args.ticket_id }]
  if (args?.account_id) return withCard({ kind: 'account', id: args.account_id })
  if (args?.about?.id) return withCard({ kind: args.about.kind, id: args.about.id })
  return []
}

/** A customer that was lost to a colleague is still known by its card. */
function withCard(subject: Subject): Subject[] {
  return subject.kind === 'account' ? [subject, { kind: 'account_card', id: subject.id }] : [subject]
}

export function titleOf(document: Doc | undefined): string {
  return document?.name ?? document?.account_name ?? document?.title ?? ''
}

export interface MutationWords {
  key: string
  title: string
  fields: string[]
  text: string
  person: string | null
  at: string | null
}

/** What a mutation did, as the parts of a sentence. */
export function mutationWords(name: string, args: any, title: string): MutationWords {
  return {
    key: `sync.mutation.${KNOWN.includes(name) ? name.replace('.', '_') : 'other'}`,
    title: NAMED.includes(name) ? String(args?.name ?? title) : title,
    fields: EDITED[name] ? Object.keys(args?.set ?? {}) : [],
    text: shorten(args?.text ?? args?.report ?? args?.note ?? args?.purpose ?? ''),
    person: args?.to_user_id ?? null,
    at: args?.starts_at ?? null,
  }
}

const LONGEST = 80

function shorten(text: unknown): string {
  const letters = [...String(text ?? '')]
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : letters.join('')
}
