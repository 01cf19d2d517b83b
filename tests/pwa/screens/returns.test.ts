import { describe, expect, it } from 'vitest'
import vectors from '../../../sync/vectors/returns.json'
import type { GoodsReturn, Order, Rating, Ticket } from '@/generated/documents'
import { formatMoney } from '@/app/format'
import { feedbackOf } from '@/screens/customers/feedback'
import { handlers as orders } from '@/screens/orders/mutations'
import { handlers } from '@/screens/returns/mutations'
import { isUnapproved, returnable, stateAfter } from '@/screens/returns/rules'
import { fits } from '@/screens/returns/useReturns'
import { complaintsOf } from '@/screens/service-board/sums'
import { Documents, NOON } from '../support/local-context'

const LATER = '2026-11-22T05:00:00.000Z'

describe('the rules that the server has too', () => {
  it.each(vectors.transitions)('$event in $state, goods here: $has_come', ({ event, state, has_come, next }) => {
    expect(stateAfter(state as any, event as any, has_come)).toBe(next)
  })
  it.each(vectors.cases)('$name', ({ delivered, returns, returnable: expected }) => {
    const claims = returns.map((one) => ({
      ...one,
      lines: one.lines.map(({ line, ...numbers }) => ({ line_id: line, ...numbers })),
    }))
    expect(returnable(delivered, 'a', claims as any)).toBe(expected)
  })
})

async function sold(): Promise<Documents> {
  const line = { product_name: 'Fan', product_code: 'FN-3', quantity: 4, unit_price_minor: 150, delivered: 4 }
  const documents = new Documents([['account', { id: 'a', name: 'Chenghu' }]])
  const args = { id: 'o', account_id: 'a', number: 'SO-1', ordered_at: NOON, currency: 'CNY' }
  await orders['orders.create']!({ ...args, lines: [{ id: 'l', ...line }] }, documents.at(NOON))
  return documents
}

async function asked(): Promise<Documents> {
  const documents = await sold()
  const lines = [{ line_id: 'l', quantity: 3 }]
  await handlers['returns.request']!({ id: 'r', order_id: 'o', reason: 'damage', lines }, documents.at(NOON))
  return documents
}

async function take(documents: Documents, event: string, args: object, who = 'boss'): Promise<GoodsReturn> {
  await handlers[`returns.${event}`]!({ id: 'r', ...args }, documents.at(LATER, who))
  return documents.get('goods_return', 'r') as GoodsReturn
}

const goods = [{ line_id: 'l', quantity: 2, condition: 'used' }]

describe('what shows before the server has spoken', () => {
  it('an order with its amounts', async () => {
    const order = (await sold()).get('order', 'o') as Order
    expect([order.amount_minor, order.net_amount_minor, order.lines[0]!.returned]).toEqual([600, 600, 0])
  })
  it('a request with the lines of its order', async () => {
    const found = (await asked()).get('goods_return', 'r') as GoodsReturn
    expect(found).toMatchObject({
      account_name: 'Chenghu',
      order_number: 'SO-1',
      state: 'requested',
      amount_minor: 450,
    })
    expect(found.lines).toMatchObject([{ product_name: 'Fan', quantity: 3, received: 0 }])
  })
  it('each step that follows, and none that does not', async () => {
    const documents = await asked()
    expect(await take(documents, 'settle', { outcome: 'credit' })).toMatchObject({ state: 'requested', outcome: null })
    expect(await take(documents, 'approve', {})).toMatchObject({ state: 'approved', state_at: LATER })
    const came = await take(documents, 'receive', { goods })
    expect(came).toMatchObject({ state: 'received', received_amount_minor: 300 })
    const settled = await take(documents, 'settle', { outcome: 'exchange' })
    expect(settled).toMatchObject({ state: 'settled', outcome: 'exchange' })
    expect(settled.steps.map((step) => step.event)).toEqual(['request', 'approve', 'receive', 'settle'])
  })
  it('goods that nobody has allowed, which are received as soon as somebody does', async () => {
    const documents = await asked()
    const early = await take(documents, 'receive', { goods })
    expect([early.state, isUnapproved(early)]).toEqual(['requested', true])
    const allowed = await take(documents, 'approve', {})
    expect([allowed.state, isUnapproved(allowed)]).toEqual(['received', false])
  })
  it('why it was rejected', async () => {
    const found = await take(await asked(), 'reject', { reason: 'too old' })
    expect([found.state, found.steps.at(-1)?.text]).toEqual(['rejected', 'too old'])
  })
})

describe('the rows behind a number of the return board', () => {
  const one = {
    ...{ reason: 'wrong', requested_at: '2026-10-31T17:00:00Z', account_id: 'a', currency: 'CNY' },
    lines: [{ product_code: 'FN-3', product_name: 'Fan' }],
  } as GoodsReturn
  const november = () => '2026-11'
  it.each([
    [{}, true],
    [{ reason: 'wrong', month: '2026-11', product: 'FN-3', customer: 'a', currency: 'CNY' }, true],
    [{ product: 'Fan' }, false],
    [{ reason: 'damage' }, false],
    [{ month: '2026-10' }, false],
    [{ since: '2026-11-01T00:00:00Z' }, false],
    [{ currency: 'EUR' }, false],
    [{ customer: 'b' }, false],
  ])('%j', (asking, expected) => {
    expect(fits(one, asking, november)).toBe(expected)
  })
})

describe('money', () => {
  it.each([
    [123_456, 'CNY', '¥1,234.56'],
    [1_234, 'JPY', 'JP¥1,234'],
    [-5, 'EUR', '-€0.05'],
  ])('%i of %s', (minor, currency, expected) => {
    expect(formatMoney(minor, currency, 'zh-CN')).toBe(expected)
  })
})

it('complaints are counted, and their rate of all tickets', () => {
  const count = (type: Ticket['type'], asked: number) => ({
    ...{ type, asked, user_id: null, completed: 0, reopened: 0, answered: 0, solved: 0 },
    satisfaction: [0, 0, 0, 0, 0],
  })
  expect(complaintsOf([count('repair', 7), count('complaint', 2), count('complaint', 1)])).toEqual({
    ...{ complaints: 3, asked: 10, rate: 30 },
  })
  expect(complaintsOf([])).toEqual({ complaints: 0, asked: 0, rate: null })
})

it('what customers say stands side by side, the newest first', () => {
  const told = { satisfaction: 4, confirmed_solved: true, comment: 'quick' }
  const tickets = [
    { id: 't', title: 'Fan', trace: [{ event: 'call_back', at: '2026-11-03T00:00:00Z' }], ...told },
    { id: 'u', title: 'Pump', trace: [], satisfaction: null, confirmed_solved: null, comment: null },
  ] as unknown as Ticket[]
  const rating = { ticket_id: 'u', satisfaction: 1, solved: false, comment: null }
  const ratings = [
    { id: 'r', at: '2026-11-04T00:00:00Z', user_id: null, ...rating },
    { id: 's', at: '2026-11-02T00:00:00Z', user_id: 'x', ...rating },
    { id: 'z', at: '2026-11-05T00:00:00Z', user_id: 'x', ...rating, ticket_id: 'elsewhere' },
  ] as Rating[]
  expect(feedbackOf(tickets, ratings).map((one) => [one.by, one.title, one.satisfaction])).toEqual([
    ['link', 'Pump', 1],
    ['called', 'Fan', 4],
    ['phone', 'Pump', 1],
  ])
})
