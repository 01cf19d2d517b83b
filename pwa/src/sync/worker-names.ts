/** What a page and the service worker both must call the same. */
export const WORKER_CACHE = 'cairn-worker-1'
export const WORKER_USER = '/worker/user'
export const SYNC_TAG = 'cairn-outbox'
export const METERED_CHOICE = '/worker/metered'
