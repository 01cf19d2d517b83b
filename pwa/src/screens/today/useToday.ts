import { computed, shallowRef, watch } from 'vue'
import { useFormat } from '@/app/format'
import { useSession } from '@/app/session'
import { addDays } from '@/app/time'
import type { Position, VisitPlan } from '@/generated/documents'
import { engine } from '@/sync/current'
import { useRows } from '@/sync/useRows'
import { useNow } from '@/widgets/useNow'
import { nextStop, stopsOf } from './stops'

export function useToday() {
  const { userId } = useSession()
  const format = useFormat()
  const now = useNow()
  const today = computed(() => format.dayKey(new Date(now.value).toISOString()))
  const mine = () => ({ ref: `user:${userId.value}`, reverse: true, limit: 300 })
  const allPlans = useRows('visit_plan', mine)
  const allVisits = useRows('visit', mine)
  const positions = shallowRef<ReadonlyMap<string, Position | null>>(new Map())

  const plans = computed(() => (allPlans.value ?? []).filter((plan) => format.dayKey(plan.starts_at) === today.value))
  /** A visit left open stays in sight until it is finished, on whatever day it began. */
  const visits = computed(() =>
    (allVisits.value ?? []).filter(
      (visit) =>
        visit.user_id === userId.value &&
        (visit.state === 'open' || format.dayKey(visit.checked_in_at) === today.value),
    ),
  )
  const stops = computed(() => stopsOf(visits.value, plans.value, positions.value))
  const tomorrow = computed(() => addDays(today.value, 1))
  const planned = (wanted: (day: string) => boolean) => (plan: VisitPlan) =>
    plan.state === 'planned' && wanted(format.dayKey(plan.starts_at))
  const later = computed(() => (allPlans.value ?? []).filter(planned((day) => day > today.value)).reverse())
  const missed = computed(() => (allPlans.value ?? []).filter(planned((day) => day < today.value)))

  watch(
    [visits, plans],
    async () => {
      const ids = [...new Set([...visits.value, ...plans.value].map((row) => row.account_id))]
      const cards = await Promise.all(ids.map((id) => engine.value?.get('account_card', id)))
      positions.value = new Map(ids.map((id, index) => [id, (cards[index]?.position as Position | null) ?? null]))
    },
    { immediate: true },
  )

  return {
    today,
    tomorrow,
    loaded: computed(() => allPlans.value !== undefined && allVisits.value !== undefined),
    stops,
    next: computed(() => nextStop(stops.value)),
    later,
    missed,
  }
}
