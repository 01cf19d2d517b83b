import type { SyncStatus } from 'cairn-sync'

export interface SyncWords {
  mood: 'saved' | 'waiting' | 'offline' | 'attention' | 'busy'
  key: string
  count: number
  ageSeconds: number | null
}

/** Below this an age is noise: everything sends within a minute when there is a network. */
const AGE_WORTH_SAYING_S = 120

/**
 * The one sentence about where things stand. What waits is never hidden: that something needs this person takes the
 * place of "all saved" only, and stands beside every other sentence as a number.
 */
export function syncWords(status: SyncStatus, now: number, attention = status.attention): SyncWords {
  const photos = status.waiting === 0 ? status.uploads.waiting : 0
  const count = status.waiting + photos
  const age = status.oldestWaitingAt ? Math.max(0, (now - Date.parse(status.oldestWaitingAt)) / 1000) : 0
  const ageSeconds = status.waiting > 0 && age >= AGE_WORTH_SAYING_S ? age : null
  if (status.phase === 'offline') {
    return { mood: 'offline', key: count > 0 ? 'offlineWaiting' : 'offline', count, ageSeconds: null }
  }
  if (status.phase === 'signed_out' || status.phase === 'revoked') {
    return { mood: 'offline', key: 'signedOut', count, ageSeconds: null }
  }
  if (status.phase === 'upgrade_required') return { mood: 'attention', key: 'upgrade', count, ageSeconds: null }
  if (status.progress) return { mood: 'busy', key: 'receiving', count: status.progress.rows, ageSeconds: null }
  // Photos follow in their own queue and take longer: once all else is safe, they are what is left to say.
  if (photos > 0) return { mood: 'waiting', key: 'photos', count, ageSeconds: null }
  if (count > 0) return { mood: 'waiting', key: ageSeconds === null ? 'waiting' : 'waitingSince', count, ageSeconds }
  if (status.lastSyncedAt === null) return { mood: 'busy', key: 'starting', count: 0, ageSeconds: null }
  if (attention > 0) return { mood: 'attention', key: 'attention', count: attention, ageSeconds: null }
  return { mood: 'saved', key: 'saved', count: 0, ageSeconds: null }
}
