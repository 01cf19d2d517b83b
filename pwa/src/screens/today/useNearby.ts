import { computed, shallowRef, watch } from 'vue'
import { lastSeen, quietPosition } from '@/app/position'
import type { Position } from '@/generated/documents'
import { useOrganization } from '@/sync/useOrganization'
import { isWorkingTime } from '@/widgets/verdict/rules'
import { cardsNear, type FoundCard } from '../customers/search'
import { useCards } from '../customers/useCards'

/** Near enough to be called "here", allowing for how exact the fix is. */
const NEAR_M = 200
const MOST_ACCURACY_M = 300

/** The customer one stands at. The position is looked at inside working hours only, and never leaves the device. */
export function useNearby() {
  const here = shallowRef<Position | null>(lastSeen.value)
  /** All customers are read only once there is a place to compare them with: the day must not wait for them. */
  const nearest = computed(() => (here.value ? nearestTo(here.value) : null))

  const { organization, workingHours } = useOrganization()

  watch(
    () => organization.value?.id,
    async (known) => {
      if (known && isWorkingTime(Date.now(), workingHours.value)) here.value = (await quietPosition()) ?? here.value
    },
    { immediate: true },
  )

  return { here, nearest }
}

function nearestTo(place: Position): FoundCard | null {
  const cards = useCards().value
  if (!cards || place.accuracy_m > MOST_ACCURACY_M) return null
  return cardsNear(cards, place, NEAR_M + place.accuracy_m)[0] ?? null
}
