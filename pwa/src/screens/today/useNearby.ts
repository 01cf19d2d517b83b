import { computed, onMounted, shallowRef } from 'vue'
import { organizationZone } from '@/app/format'
import { lastSeen, quietPosition } from '@/app/position'
import { session } from '@/app/session'
import type { Position } from '@/generated/documents'
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

  onMounted(async () => {
    if (inWorkingHours()) here.value = (await quietPosition()) ?? here.value
  })

  const nearest = computed(() => {
    if (!here.value || !cards.value || here.value.accuracy_m > MOST_ACCURACY_M) return null
    return cardsNear(cards.value, here.value, NEAR_M + here.value.accuracy_m)[0] ?? null
  })
  return { here, nearest }
}

function inWorkingHours(): boolean {
  const hours = session.session?.organization?.working_hours
  return !hours || isWorkingTime(Date.now(), { ...hours, time_zone: organizationZone() })
}
