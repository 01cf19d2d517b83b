import type { GoodsReturn } from '@/generated/documents'

/** As `GET /api/v1/boards/returns` answers. */
export interface ReturnBoard {
  currencies: ReturnAnalysis[]
}

export type Dimension = 'reason' | 'month' | 'product' | 'customer'
export const DIMENSIONS: Dimension[] = ['reason', 'month', 'product', 'customer']

export interface ReturnAnalysis {
  currency: string
  requests: number
  returned: number
  amount_minor: number
  by: Record<Dimension, ReturnGroup[]>
}

export interface ReturnGroup {
  key: string | null
  name: string
  requests: number
  returned: number
  amount_minor: number
  share: number | null
  reasons: { reason: GoodsReturn['reason']; amount_minor: number; share: number | null }[]
}
