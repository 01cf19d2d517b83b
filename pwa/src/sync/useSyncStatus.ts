import type { SyncStatus } from 'cairn-sync'
import { shallowRef } from 'vue'

const nothingYet: SyncStatus = {
  phase: 'idle',
  waiting: 0,
  oldestWaitingAt: null,
  attention: 0,
  lastSyncedAt: null,
  error: null,
  leader: false,
  progress: null,
  uploads: { waiting: 0, bytes: 0 },
  wiped: null,
  skewMs: null,
}

const status = shallowRef<SyncStatus>(nothingYet)

export function tellStatus(next: SyncStatus | null): void {
  status.value = next ?? nothingYet
}

/** Where this device stands with the server. */
export function useSyncStatus() {
  return status
}
