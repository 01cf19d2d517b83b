import { computed, shallowRef, watch } from 'vue'
import { lastSeen, quietPosition } from '@/app/position'
import type { Position } from '@/generated/documents'
import { useOrganization } from '@/sync/useOrganization'
import { isWorkingTime } from '@/widgets/verdict/rules'
import { cardsNear } from '../customers/search'
import { useCards } from '../customers/useCards'

/** Near enough to be called "here", allowing for how exact the fix is. */
const NEAR_M = 200
const MOST_ACCURACY_M = 300

/** The customer one stands at. The position is looked at inside working hours only, and never leaves the device. */
export function useNearby() {
  const here = shallowRef<Position | null>(lastSeen.value)
  const cards = useCards()

  const { organization, workingHours } = useOrganization()

  watch(
    () => organization.value?.id,
    async (known) => {
      if (known && isWorkingTime(Date.now(), workingHours.value)) here.value = (await quietPosition()) ?? here.value
    },
    { immediate: true },
  )

  const nearest = computed(() => {
    if (!here.value || !cards.value || here.value.accuracy_m > MOST_ACCURACY_M) return null
    return cardsNear(cards.value, here.value, NEAR_M + here.value.accuracy_m)[0] ?? null
  })
  return { here, nearest }
}
