import { WORKER_CACHE, WORKER_USER } from '@/sync/worker-names'

/** The service worker cannot read localStorage: whose outbox it may drain is left where it can find it. */
export async function rememberForWorker(userId: string | null): Promise<void> {
  if (!('caches' in globalThis)) return
  const cache = await caches.open(WORKER_CACHE)
  if (userId === null) await cache.delete(WORKER_USER)
  else await cache.put(WORKER_USER, new Response(userId))
}
