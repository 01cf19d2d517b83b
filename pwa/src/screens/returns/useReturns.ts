import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useFormat } from '@/app/format'
import type { GoodsReturn } from '@/generated/documents'
import { useRows } from '@/sync/useRows'
import { isOpen, isReturned, isUnapproved } from './rules'

/** More would not be looked through on a screen. */
export const MOST_RETURNS = 2_000

export const SHOWN = ['open', 'requested', 'approved', 'received', 'odd', 'returned', 'all'] as const
export type Shown = (typeof SHOWN)[number]

const TESTS: Record<Shown, (one: GoodsReturn) => boolean> = {
  open: (one) => isOpen(one.state),
  requested: (one) => one.state === 'requested',
  approved: (one) => one.state === 'approved',
  received: (one) => one.state === 'received',
  odd: (one) => isUnapproved(one) || one.steps.some((step) => step.flags.length > 0),
  returned: (one) => isReturned(one.state),
  all: () => true,
}

/** What a number of the return board counted, as the address says it. */
export const NARROWED = ['reason', 'month', 'product', 'customer', 'currency', 'since'] as const
export type Narrowing = Partial<Record<(typeof NARROWED)[number], string>>

export function fits(one: GoodsReturn, asked: Narrowing, monthOf: (iso: string) => string): boolean {
  const tests: Record<keyof Narrowing, (value: string) => boolean> = {
    reason: (value) => one.reason === value,
    month: (value) => monthOf(one.requested_at) === value,
    product: (value) => one.lines.some((line) => (line.product_code || line.product_name) === value),
    customer: (value) => one.account_id === value,
    currency: (value) => one.currency === value,
    since: (value) => one.requested_at >= value,
  }
  return NARROWED.every((name) => asked[name] === undefined || tests[name](asked[name]))
}

/** The returns that this device holds, as the address narrows them down; the newest first. */
export function useReturns() {
  const route = useRoute()
  const router = useRouter()
  const format = useFormat()
  const returns = useRows('goods_return', { reverse: true, limit: MOST_RETURNS })
  const shown = computed<Shown>(() => SHOWN.find((one) => one === route.query.show) ?? 'open')
  const asked = computed<Narrowing>(() =>
    Object.fromEntries(
      NARROWED.flatMap((name) => (typeof route.query[name] === 'string' ? [[name, route.query[name]]] : [])),
    ),
  )
  const monthOf = (iso: string) => format.dayKey(iso).slice(0, 7)
  const narrowed = computed(() => returns.value?.filter((one) => fits(one, asked.value, monthOf)))
  const found = computed(() => narrowed.value?.filter(TESTS[shown.value]))
  const counts = computed(() =>
    Object.fromEntries(SHOWN.map((one) => [one, (narrowed.value ?? []).filter(TESTS[one]).length])),
  )
  const isNarrow = computed(() => Object.keys(asked.value).length > 0)
  const isCut = computed(() => (returns.value?.length ?? 0) >= MOST_RETURNS)

  function show(value: string): void {
    void router.replace({ path: route.path, query: { ...route.query, show: value } })
  }
  function clear(): void {
    void router.replace({ path: route.path, query: { show: shown.value } })
  }
  return { shown, asked, found, counts, isNarrow, isCut, show, clear }
}
