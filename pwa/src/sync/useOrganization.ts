import { computed } from 'vue'
import { organizationZone } from '@/app/format'
import { useRows } from '@/sync/useRows'
import type { WorkingHours } from '@/widgets/verdict/types'

/** Before the first sync nothing is known of working hours, so no moment counts as outside them. */
const WHOLE_DAY = { start: '00:00', end: '00:00' }

/** The organization as it was last synced, and its working hours on its own clock. */
export function useOrganization() {
  const organizations = useRows('organization')
  const organization = computed(() => organizations.value?.[0] ?? null)
  const workingHours = computed<WorkingHours>(() => ({
    ...(organization.value?.working_hours ?? WHOLE_DAY),
    time_zone: organization.value?.time_zone ?? organizationZone(),
  }))
  return { organization, workingHours, loaded: computed(() => organizations.value !== undefined) }
}
