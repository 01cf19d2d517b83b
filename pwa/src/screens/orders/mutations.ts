import type { LocalHandler } from 'cairn-sync'
import type { Order } from '@/generated/documents'

const create: LocalHandler = async (args, ctx) => {
  const known = (await ctx.get('account', args.account_id)) ?? (await ctx.get('account_card', args.account_id))
  const lines = args.lines.map((line: any) => ({
    ...{ product_code: null, delivered: line.quantity, returned: 0, replaced: 0 },
    ...line,
    net_amount_minor: line.quantity * line.unit_price_minor,
  }))
  const amount_minor = lines.reduce((sum: number, line: any) => sum + line.net_amount_minor, 0)
  const order: Order = {
    ...(args as Pick<Order, 'id' | 'account_id' | 'number' | 'ordered_at' | 'currency'>),
    account_name: known?.name ?? '',
    lines,
    amount_minor,
    returned_amount_minor: 0,
    net_amount_minor: amount_minor,
    created_at: ctx.at,
    created_by: ctx.userId,
  }
  ctx.put('order', order.id, order)
}

export const handlers: Record<string, LocalHandler> = { 'orders.create': create }
