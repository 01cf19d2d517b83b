import { engine } from '@/sync/current'
import { SYNC_TAG, WORKER_CACHE, WORKER_USER } from '@/sync/worker-names'

/** The service worker cannot read localStorage: whose outbox it may drain is left where it can find it. */
export async function rememberForWorker(userId: string | null): Promise<void> {
  if (!('caches' in globalThis)) return
  const cache = await caches.open(WORKER_CACHE)
  if (userId === null) await cache.delete(WORKER_USER)
  else await cache.put(WORKER_USER, new Response(userId))
}

/** Asks the browser to wake the worker once there is a network, should the app be closed by then. */
export async function askForBackgroundSync(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration().catch(() => undefined)) as
    (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }) | undefined
  await registration?.sync?.register(SYNC_TAG).catch(() => undefined)
}

/** The worker found this page open and leaves the work to it. */
export function listenToWorker(): void {
  navigator.serviceWorker?.addEventListener('message', (event) => {
    if (event.data?.type === 'SYNC_NOW') void engine.value?.syncNow()
  })
}
