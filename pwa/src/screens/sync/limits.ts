import { OUTBOX_LIMIT, UPLOAD_LIMIT, type SyncStatus } from 'cairn-sync'

/** From this share of a limit on the person is told, while there is still time to find a network. */
const TELL_FROM = 0.8

export interface NearLimit {
  key: 'records' | 'photos'
  count: number
  limit: number
}

/** What of the queues is nearly full. */
export function nearLimits({ waiting, uploads }: Pick<SyncStatus, 'waiting' | 'uploads'>): NearLimit[] {
  const queues: NearLimit[] = [
    { key: 'records', count: waiting, limit: OUTBOX_LIMIT },
    { key: 'photos', count: uploads.waiting, limit: UPLOAD_LIMIT },
  ]
  return queues.filter(({ count, limit }) => count >= limit * TELL_FROM)
}
