/** What a page and the service worker both must call the same. */
export const WORKER_CACHE = 'cairn-worker-1'
export const WORKER_USER = '/worker/user'
/** Sends what waits as soon as there is a network; and fetches what is new now and then. */
export const SYNC_TAG = 'cairn-outbox'
export const REFRESH_TAG = 'cairn-refresh'
export const METERED_CHOICE = '/worker/metered'
