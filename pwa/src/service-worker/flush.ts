import type { Engine } from 'cairn-sync'
import { makeEngine } from '../sync/make-engine'
import { WORKER_CACHE, WORKER_USER } from '../sync/worker-names'

/** Runs `work` with the engine of whoever is signed in; the lock keeps it apart from pages, living or frozen. */
async function withEngine(work: (engine: Engine) => Promise<void>): Promise<void> {
  const cache = await caches.open(WORKER_CACHE)
  const userId = await (await cache.match(WORKER_USER))?.text()
  if (!userId) return
  const engine = makeEngine(userId)
  try {
    await work(engine)
  } finally {
    await engine.close()
  }
}

/** Sends what waits, photos too; what is left makes the browser try again later. */
export function flushOutbox(): Promise<void> {
  return withEngine(async (engine) => {
    if (!(await engine.flush())) throw new Error(`unsent work is left: ${engine.status().phase}`)
  })
}

/** Fetches what is new, so that the day's customers are there before the app is opened without a network. */
export function refresh(): Promise<void> {
  return withEngine(async (engine) => {
    if (!(await engine.isNew())) await engine.syncNow()
  })
}
