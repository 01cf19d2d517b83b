import { computed, type Ref } from 'vue'
import { useSession } from '@/app/session'
import { useNames } from '@/sync/useNames'
import { useRow } from '@/sync/useRow'
import { useRows } from '@/sync/useRows'
import { timelineOf } from './timeline'

/** Everything this device holds about a customer; of a colleague's customer that is the card alone. */
export function useCustomer(id: Ref<string>) {
  const { userId, may } = useSession()
  const { nameOf } = useNames()
  const ofAccount = () => ({ ref: `account:${id.value}` })

  const account = useRow('account', id)
  const card = useRow('account_card', id)
  const contacts = useRows('contact', ofAccount)
  const sites = useRows('site', ofAccount)
  const visits = useRows('visit', ofAccount)
  const notes = useRows('note', ofAccount)
  const plans = useRows('visit_plan', ofAccount)

  const loaded = computed(() => account.value !== undefined && card.value !== undefined)
  const shown = computed(() => account.value ?? card.value ?? null)
  const isWhole = computed(() => Boolean(account.value))
  const isMine = computed(() => shown.value?.owner_id === userId.value)
  const ownerName = computed(() => nameOf(shown.value?.owner_id))
  const timeline = computed(() => timelineOf(visits.value ?? [], notes.value ?? []))
  const openVisit = computed(
    () => visits.value?.find((visit) => visit.state === 'open' && visit.user_id === userId.value) ?? null,
  )
  const comingPlans = computed(() => (plans.value ?? []).filter((plan) => plan.state === 'planned'))
  const goesOut = computed(() => may('visits.check_in'))

  return {
    account,
    card,
    contacts,
    sites,
    shown,
    loaded,
    isWhole,
    isMine,
    ownerName,
    timeline,
    openVisit,
    comingPlans,
    goesOut,
    nameOf,
  }
}
