import type { LocalContext, LocalHandler } from 'cairn-sync'
import type { Account, Visit, VisitPlan } from '@/generated/documents'

/** A colleague's customer is known by its card alone. */
async function accountName(id: string, ctx: LocalContext): Promise<string> {
  const known = (await ctx.get('account', id)) ?? (await ctx.get('account_card', id))
  return known?.name ?? ''
}

const planVisit: LocalHandler = async (args, ctx) => {
  const plan: VisitPlan = {
    id: args.id,
    account_id: args.account_id,
    account_name: await accountName(args.account_id, ctx),
    user_id: ctx.userId,
    starts_at: args.starts_at,
    purpose: args.purpose ?? null,
    state: 'planned',
    visit_id: null,
  }
  ctx.put('visit_plan', plan.id, plan)
}

const cancelPlan: LocalHandler = async (args, ctx) => {
  const plan = await ctx.get('visit_plan', args.id)
  if (plan) ctx.put('visit_plan', args.id, { ...plan, state: 'cancelled' })
}

const checkIn: LocalHandler = async (args, ctx) => {
  const visit: Visit = {
    id: args.id,
    account_id: args.account_id,
    account_name: await accountName(args.account_id, ctx),
    user_id: ctx.userId,
    plan_id: args.plan_id ?? null,
    state: 'open',
    checked_in_at: ctx.at,
    received_at: null,
    position: args.position,
    distance_m: null,
    site_id: null,
    photo_ids: args.photo_ids ?? [],
    note: args.note ?? null,
    checked_out_at: null,
    check_out_received_at: null,
    check_out_position: null,
    report: null,
    next_step: null,
    flags: [],
    // Only the server judges; until then the screen computes its own preview.
    verdict: null,
  }
  ctx.put('visit', visit.id, visit)
  const plan = args.plan_id ? await ctx.get('visit_plan', args.plan_id) : undefined
  if (plan) ctx.put('visit_plan', plan.id, { ...plan, state: 'done', visit_id: visit.id })
  await touchAccount(args.account_id, ctx)
}

/** A check-in that was recorded earlier but replayed later must not move the last visit backwards. */
async function touchAccount(id: string, ctx: LocalContext): Promise<void> {
  const account = (await ctx.get('account', id)) as Account | undefined
  if (!account) return
  const earlier = account.last_visit_at
  if (!earlier || earlier < ctx.at) ctx.put('account', id, { ...account, last_visit_at: ctx.at })
}

const checkOut: LocalHandler = async (args, ctx) => {
  const visit = (await ctx.get('visit', args.id)) as Visit | undefined
  if (!visit) return
  const step = typeof args.next_step === 'string' ? { text: args.next_step } : args.next_step
  ctx.put('visit', visit.id, {
    ...visit,
    state: 'done',
    checked_out_at: ctx.at,
    check_out_position: args.position ?? null,
    report: args.report,
    next_step: step ? { text: step.text, due_at: step.due_at ?? null } : null,
  })
}

export const handlers: Record<string, LocalHandler> = {
  'visits.plan': planVisit,
  'visits.cancel_plan': cancelPlan,
  'visits.check_in': checkIn,
  'visits.check_out': checkOut,
}
