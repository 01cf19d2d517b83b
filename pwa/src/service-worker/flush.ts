import { WORKER_CACHE, WORKER_USER } from '../sync/worker-names'
import { makeEngine } from '../sync/make-engine'

/** Drains the outbox of whoever is signed in while no page is open; the lock keeps it apart from a page that opens meanwhile. */
export async function flushOutbox(): Promise<void> {
  const cache = await caches.open(WORKER_CACHE)
  const userId = await (await cache.match(WORKER_USER))?.text()
  if (!userId) return
  const engine = makeEngine(userId)
  try {
    await engine.syncNow()
    // A failure here makes the browser try again later.
    if (engine.status().phase === 'offline') throw new Error('still offline')
  } finally {
    await engine.close()
  }
}
