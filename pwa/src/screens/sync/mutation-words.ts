import type { Doc } from 'cairn-sync'

/** A document that must be read before a mutation can be told in words. */
export interface Subject {
  kind: string
  id: string
}

/** What the id of a mutation names, by the mutation's area. */
const KINDS: Record<string, string> = {
  accounts: 'account',
  contacts: 'contact',
  sites: 'site',
  checklists: 'checklist_form',
  tickets: 'ticket',
  visits: 'visit',
  orders: 'order',
  returns: 'goods_return',
  conflicts: 'conflict',
  refusals: 'refusal',
}

/** Which records name the thing that was changed, best first. */
export function subjectsOf(name: string, args: any): Subject[] {
  if (args?.order_id) return [{ kind: 'order', id: args.order_id }]
  if (args?.ticket_id) return [{ kind: 'ticket', id: args.ticket_id }]
  if (args?.account_id) return withCard({ kind: 'account', id: args.account_id })
  if (args?.about?.id) return withCard({ kind: args.about.kind, id: args.about.id })
  const kind = name === 'visits.cancel_plan' ? 'visit_plan' : KINDS[name.split('.')[0]!]
  return kind && args?.id ? withCard({ kind, id: args.id }) : []
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
    key: `sync.mutation.${name.replace('.', '_')}`,
    title: String(args?.name ?? title),
    fields: Object.keys(args?.set ?? {}),
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
