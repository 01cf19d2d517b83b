import type { LocalContext, LocalHandler } from 'cairn-sync'
import type { GoodsReturn, Order, ReturnEvent, ReturnStep } from '@/generated/documents'
import { stateAfter } from './rules'

function stepOf(event: ReturnEvent, ctx: LocalContext, said: Partial<ReturnStep> = {}): ReturnStep {
  const nothing = { received_at: null, text: null, outcome: null, goods: [], photo_ids: [], flags: [] }
  return { event, at: ctx.at, by: ctx.userId, ...nothing, ...said }
}

const request: LocalHandler = async (args, ctx) => {
  const order = (await ctx.get('order', args.order_id)) as Order | undefined
  if (!order) return
  const lines = args.lines.flatMap(({ line_id, quantity }: any) => {
    const line = order.lines.find((one) => one.id === line_id)
    if (!line) return []
    const { product_name, product_code, unit_price_minor } = line
    return [{ line_id, product_name, product_code, unit_price_minor, quantity, received: 0 }]
  })
  const made: GoodsReturn = {
    id: args.id,
    order_id: order.id,
    order_number: order.number,
    account_id: order.account_id,
    account_name: order.account_name,
    contact_id: args.contact_id ?? null,
    ticket_id: args.ticket_id ?? null,
    reason: args.reason,
    note: args.note ?? null,
    currency: order.currency,
    lines,
    amount_minor: lines.reduce((sum: number, line: any) => sum + line.quantity * line.unit_price_minor, 0),
    received_amount_minor: 0,
    photo_ids: args.photo_ids ?? [],
    state: 'requested',
    state_at: ctx.at,
    outcome: null,
    requested_at: ctx.at,
    requested_by: ctx.userId,
    steps: [stepOf('request', ctx)],
  }
  ctx.put('goods_return', made.id, made)
}

/** What was decided here shows only where it follows; goods that came are taken down in any case. */
function takes(event: ReturnEvent): LocalHandler {
  return async (args, ctx) => {
    const found = (await ctx.get('goods_return', args.id)) as GoodsReturn | undefined
    if (!found) return
    const { outcome = null, goods = [], photo_ids = [] } = args
    const text = args.reason ?? args.comment ?? args.note ?? null
    const steps = [...found.steps, stepOf(event, ctx, { text, outcome, goods, photo_ids })]
    const came = steps.flatMap((step) => step.goods)
    const next = stateAfter(found.state, event, came.length > 0)
    if (!next && event !== 'receive') return
    const lines = found.lines.map((line) => ({
      ...line,
      received: came.reduce((sum, one) => (one.line_id === line.line_id ? sum + one.quantity : sum), 0),
    }))
    ctx.put('goods_return', found.id, {
      ...found,
      ...{ steps, lines, outcome: outcome ?? found.outcome },
      received_amount_minor: lines.reduce((sum, line) => sum + line.received * line.unit_price_minor, 0),
      ...(next ? { state: next, state_at: ctx.at } : {}),
    })
  }
}

export const handlers: Record<string, LocalHandler> = {
  'returns.request': request,
  'returns.approve': takes('approve'),
  'returns.reject': takes('reject'),
  'returns.withdraw': takes('withdraw'),
  'returns.receive': takes('receive'),
  'returns.settle': takes('settle'),
}
