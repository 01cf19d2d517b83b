import type { LocalContext, LocalHandler } from 'cairn-sync'
import type { Ticket, TicketEvent, TraceEntry } from '@/generated/documents'
import { HANDING_OVER, nextState, ON_SITE, stateAfter, workOf } from './rules'

const LEAVES: Record<string, TicketEvent> = {
  done: 'sign_out',
  waiting_parts: 'wait_for_parts',
  waiting_customer: 'wait_for_customer',
}

function entryOf(event: TicketEvent, ctx: LocalContext, said: Partial<TraceEntry> = {}): TraceEntry {
  return {
    event,
    at: ctx.at,
    by: ctx.userId,
    received_at: null,
    text: null,
    to: null,
    satisfaction: null,
    position: null,
    flags: [],
    ...said,
  }
}

function withEntry(ticket: Ticket, entry: TraceEntry): Ticket {
  const trace = [...ticket.trace, entry]
  return { ...ticket, trace, work: workOf(trace) }
}

/** What happened on a job is taken down whatever the state; what is older than the state moves nothing. */
function report(ticket: Ticket, entry: TraceEntry): Ticket {
  const taken = withEntry(ticket, entry)
  const isLate = Date.parse(entry.at) < Date.parse(ticket.status_at)
  // Who is there is there; but only those to whom it is given say that it is accepted and under way.
  const counts = ON_SITE.has(entry.event) || ticket.assigned_to === entry.by || ticket.helper_ids.includes(entry.by)
  const stays = isLate || !counts || HANDING_OVER.has(entry.event)
  const following = stays ? null : stateAfter(ticket.status, entry.event, taken.work)
  return following === null ? taken : { ...taken, status: following, status_at: entry.at }
}

/** What was decided here shows only where it follows; the server judges it when it is sent. */
function decide(ticket: Ticket, entry: TraceEntry, set: Partial<Ticket> = {}): Ticket {
  const following = nextState(ticket.status, entry.event)
  return following === null ? ticket : { ...withEntry(ticket, entry), status: following, status_at: entry.at, ...set }
}

const NOTHING_SIGNED = {
  ...{ signed_by: null, signature_id: null, strokes: [], signed_hash: null, refused: false, reason: null },
}

type Change = (ticket: Ticket, args: any, ctx: LocalContext) => Ticket

function changes(change: Change): LocalHandler {
  return async (args, ctx) => {
    const ticket = (await ctx.get('ticket', args.id)) as Ticket | undefined
    if (ticket) ctx.put('ticket', ticket.id, change(ticket, args, ctx))
  }
}

function fact(event: TicketEvent): LocalHandler {
  return changes((ticket, args, ctx) =>
    report(ticket, entryOf(event, ctx, { position: args.position ?? null, text: args.reason ?? null })),
  )
}

const create: LocalHandler = async (args, ctx) => {
  const known = (await ctx.get('account', args.account_id)) ?? (await ctx.get('account_card', args.account_id))
  const ticket: Ticket = {
    id: args.id,
    account_id: args.account_id,
    account_name: known?.name ?? '',
    site_id: args.site_id ?? null,
    contact_id: args.contact_id ?? null,
    type: args.type,
    title: args.title,
    description: args.description ?? null,
    product: args.product ?? null,
    priority: args.priority ?? 'normal',
    source: args.source ?? 'staff',
    due_at: args.due_at ?? null,
    status: 'new',
    status_at: ctx.at,
    assigned_to: null,
    helper_ids: [],
    created_at: ctx.at,
    created_by: ctx.userId,
    trace: [entryOf('create', ctx)],
    work: [],
    reopened_at: null,
    report: null,
    solved: null,
    confirmed_solved: null,
    satisfaction: null,
    comment: null,
    photos: [],
    handover: null,
    follows_id: null,
  }
  ctx.put('ticket', ticket.id, ticket)
}

const assign: Change = (ticket, args, ctx) => {
  const goesOn = ticket.assigned_to === args.to_user_id && !['new', 'reopened'].includes(ticket.status)
  const { status, status_at } = ticket
  return decide(ticket, entryOf('assign', ctx, { to: args.to_user_id }), {
    assigned_to: args.to_user_id,
    helper_ids: (args.helper_ids ?? []).filter((id: string) => id !== args.to_user_id),
    ...(goesOn ? { status, status_at } : {}),
  })
}

const signOut: Change = (ticket, args, ctx) => {
  const event = LEAVES[args.outcome ?? 'done']!
  const left = report(ticket, entryOf(event, ctx, { text: args.report, position: args.position ?? null }))
  const isNewest = ticket.report === null || Date.parse(ctx.at) >= Date.parse(left.status_at)
  return isNewest ? { ...left, report: args.report, solved: args.solved ?? null } : left
}

const addPhoto: Change = (ticket, { photo_id, moment, caption }, ctx) => {
  const photos = ticket.photos ?? []
  const photo = { photo_id, moment, caption: caption ?? null, by: ctx.userId, at: ctx.at }
  return photos.some((one) => one.photo_id === photo_id) ? ticket : { ...ticket, photos: [...photos, photo] }
}

const handOver: Change = (ticket, args, ctx) => {
  const said = { ...args }
  delete said.id
  const event = said.refused ? 'hand_over_refused' : 'hand_over'
  const told = report(ticket, entryOf(event, ctx, { text: said.reason ?? said.signed_by ?? null }))
  if (ticket.handover && Date.parse(ctx.at) < Date.parse(ticket.handover.at)) return told
  return { ...told, handover: { ...NOTHING_SIGNED, ...said, at: ctx.at, by: ctx.userId } }
}

const callBack: Change = (ticket, args, ctx) => {
  const said = { text: args.comment ?? null, satisfaction: args.satisfaction ?? null }
  return decide(ticket, entryOf('call_back', ctx, said), {
    confirmed_solved: args.solved,
    satisfaction: said.satisfaction,
    comment: said.text,
  })
}

export const handlers: Record<string, LocalHandler> = {
  'tickets.create': create,
  'tickets.edit': changes((ticket, args) => ({ ...ticket, ...args.set })),
  'tickets.assign': changes(assign),
  'tickets.accept': fact('accept'),
  'tickets.on_my_way': fact('on_my_way'),
  'tickets.sign_in': fact('sign_in'),
  'tickets.pause': fact('pause'),
  'tickets.resume': fact('resume'),
  'tickets.sign_out': changes(signOut),
  'tickets.call_back': changes(callBack),
  'tickets.close': changes((ticket, _args, ctx) => decide(ticket, entryOf('close', ctx))),
  'tickets.reopen': changes((ticket, args, ctx) =>
    decide(ticket, entryOf('reopen', ctx, { text: args.reason ?? null }), {
      confirmed_solved: null,
      satisfaction: null,
      comment: null,
      reopened_at: ctx.at,
    }),
  ),
  'tickets.cancel': changes((ticket, args, ctx) =>
    decide(ticket, entryOf('cancel', ctx, { text: args.reason ?? null })),
  ),
  'tickets.add_photo': changes(addPhoto),
  'tickets.hand_over': changes(handOver),
  'tickets.share': async ({ id, ticket_id }, ctx) => {
    ctx.put('ticket_link', id, { id, ticket_id, created_by: ctx.userId, created_at: ctx.at, revoked_at: null })
  },
  'tickets.unshare': async ({ id }, ctx) => {
    const link = await ctx.get('ticket_link', id)
    if (link) ctx.put('ticket_link', id, { ...link, revoked_at: link.revoked_at ?? ctx.at })
  },
  // It is the server that prints and sends it.
  'tickets.send_report': async () => {},
  // Sealed: what the customer said shows here only when it comes back from the server.
  'feedback.rate': async () => {},
}
