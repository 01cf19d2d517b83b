import { computed } from 'vue'
import { useSyncStatus } from '@/sync/useSyncStatus'

/** Nothing has arrived on this device yet and it is on its way: an empty list would be a false statement. */
export function useFirstSync() {
  const status = useSyncStatus()
  return computed(
    () => status.value.lastSyncedAt === null && ['idle', 'pushing', 'pulling'].includes(status.value.phase),
  )
}
