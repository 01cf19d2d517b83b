import { computed, type Ref } from 'vue'
import { useSession } from '@/app/session'
import { useRows } from '@/sync/useRows'
import { useNow } from '@/widgets/useNow'
import { peopleLedBy, summarisePeople } from './team'
import { useDay, usePeople, useReceiving } from './useDay'

/** Everybody's day at once, as one leader may see it; null while it is being read. */
export function useTeamDay(day: Ref<string>) {
  const { visits, plans } = useDay(day)
  const { users, nameOf } = usePeople()
  const teams = useRows('team')
  const now = useNow()
  const { userId } = useSession()
  const receiving = useReceiving()
  const people = computed(() => {
    if (receiving.value) return null
    if (!visits.value || !plans.value || !users.value || !teams.value) return null
    const led = peopleLedBy(userId.value, users.value, teams.value)
    return summarisePeople(led, users.value, visits.value, plans.value, now.value)
  })
  return { visits, plans, people, nameOf }
}
