import type { SyncStatus } from 'cairn-sync'

export interface SyncWords {
  mood: 'saved' | 'waiting' | 'offline' | 'attention' | 'busy'
  key: string
  count: number
  ageSeconds: number | null
}

/** Below this an age is noise: everything sends within a minute when there is a network. */
const AGE_WORTH_SAYING_S = 120

/** The one sentence about where things stand; what needs a person comes before everything else. */
export function syncWords(status: SyncStatus, now: number): SyncWords {
  const count = status.waiting + status.uploads.waiting
  const age = status.oldestWaitingAt ? Math.max(0, (now - Date.parse(status.oldestWaitingAt)) / 1000) : 0
  const ageSeconds = count > 0 && age >= AGE_WORTH_SAYING_S ? age : null
  if (status.attention > 0) return { mood: 'attention', key: 'attention', count: status.attention, ageSeconds: null }
  if (status.phase === 'offline') {
    return { mood: 'offline', key: count > 0 ? 'offlineWaiting' : 'offline', count, ageSeconds: null }
  }
  if (status.phase === 'signed_out' || status.phase === 'revoked') {
    return { mood: 'offline', key: 'signedOut', count, ageSeconds: null }
  }
  if (status.phase === 'upgrade_required') return { mood: 'attention', key: 'upgrade', count, ageSeconds: null }
  if (status.progress) return { mood: 'busy', key: 'receiving', count: status.progress.rows, ageSeconds: null }
  if (count > 0) return { mood: 'waiting', key: ageSeconds === null ? 'waiting' : 'waitingSince', count, ageSeconds }
  if (status.lastSyncedAt === null) return { mood: 'busy', key: 'starting', count: 0, ageSeconds: null }
  return { mood: 'saved', key: 'saved', count: 0, ageSeconds: null }
}
