import type { GoodsReturn, ReturnEvent, ReturnState } from '@/generated/documents'

type Claim = Pick<GoodsReturn, 'state' | 'outcome'> & {
  lines: Pick<GoodsReturn['lines'][number], 'line_id' | 'quantity' | 'received'>[]
}

const FROM: Record<ReturnEvent, ReturnState[]> = {
  request: [],
  approve: ['requested'],
  reject: ['requested'],
  withdraw: ['requested', 'approved'],
  receive: ['approved', 'received'],
  settle: ['received'],
}
const TO: Record<ReturnEvent, ReturnState> = {
  ...{ request: 'requested', approve: 'approved', reject: 'rejected', withdraw: 'withdrawn' },
  ...{ receive: 'received', settle: 'settled' },
}

/** The next state, or null where the event does not follow; goods that are here already are received once allowed. */
export function stateAfter(state: ReturnState, event: ReturnEvent, hasCome: boolean): ReturnState | null {
  if (!FROM[event].includes(state)) return null
  return event === 'approve' && hasCome ? 'received' : TO[event]
}

export const isOpen = (state: ReturnState): boolean => ['requested', 'approved', 'received'].includes(state)

/** Goods are back, and somebody allowed it. */
export const isReturned = (state: ReturnState): boolean => state === 'received' || state === 'settled'

function claimed(lineId: string, one: Claim): number {
  return one.lines
    .filter((line) => line.line_id === lineId)
    .reduce((sum, { quantity, received }) => {
      if (isOpen(one.state)) return sum + Math.max(quantity, received)
      return one.state === 'settled' && one.outcome !== 'exchange' ? sum + received : sum
    }, 0)
}

/** How many of a line of an order may still be asked back, beside its other returns. */
export function returnable(delivered: number, lineId: string, returns: readonly Claim[]): number {
  return Math.max(
    0,
    returns.reduce((left, one) => left - claimed(lineId, one), delivered),
  )
}

/** Goods are here that nobody has allowed. */
export function isUnapproved(one: GoodsReturn): boolean {
  return !isReturned(one.state) && one.steps.some((step) => step.goods.length > 0)
}
