import { computed, onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { useFormat } from '@/app/format'
import type { User, Visit, VisitPlan } from '@/generated/documents'
import { engine, onKindChange } from '@/sync/current'
import { useRows } from '@/sync/useRows'
import { useSyncStatus } from '@/sync/useSyncStatus'
import { listBetween, spanOfDay } from './between'

/** Visits and plans of one calendar day, of one person or of everybody; undefined while they are being read. */
export function useDay(day: Ref<string>, userId?: Ref<string>) {
  const { zone } = useFormat()
  const visits = shallowRef<Visit[] | undefined>()
  const plans = shallowRef<VisitPlan[] | undefined>()
  let turn = 0
  let queued = false

  async function read(): Promise<void> {
    queued = false
    if (!engine.value) return
    const mine = ++turn
    const span = spanOfDay(day.value, zone.value)
    const ref = userId ? `user:${userId.value}` : undefined
    const [foundVisits, foundPlans] = await Promise.all([
      listBetween(engine.value, 'visit', span, ref),
      listBetween(engine.value, 'visit_plan', span, ref),
    ])
    // A slower, older read must not overwrite a newer one.
    if (mine !== turn) return
    visits.value = foundVisits
    plans.value = foundPlans
  }

  function readSoon(): void {
    if (queued) return
    queued = true
    setTimeout(() => void read(), 30)
  }

  watch(
    [day, zone, engine, () => userId?.value],
    () => {
      visits.value = undefined
      plans.value = undefined
      void read()
    },
    { immediate: true },
  )
  for (const kind of ['visit', 'visit_plan']) onScopeDispose(onKindChange(kind, readSoon))
  return { visits, plans }
}

/** The very first pull has not brought anything yet: an empty list would be a lie. */
export function useReceiving() {
  const status = useSyncStatus()
  return computed(
    () => status.value.lastSyncedAt === null && ['idle', 'pushing', 'pulling'].includes(status.value.phase),
  )
}

/** Everybody's names by id, kept up to date. */
export function usePeople() {
  const users = useRows('user')
  const byId = computed(() => new Map((users.value ?? []).map((user): [string, User] => [user.id, user])))
  return { users, byId, nameOf: (id: string | null | undefined) => (id ? byId.value.get(id)?.name : undefined) }
}
