/**
 * One leader per device syncs: a lock that the browser gives to one tab, and takes back when that tab dies.
 */

export interface LeaderLock {
  /** Waits for the lock, then holds it until `work` ends or `signal` aborts the waiting. */
  hold(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void>
  /** Runs `work` only if nobody holds the lock; false when somebody does. */
  attempt(name: string, work: () => Promise<void>): Promise<boolean>
}

/** The lock of browsers: shared by all tabs and workers of one origin. */
export function webLock(locks: LockManager = navigator.locks): LeaderLock {
  return {
    async hold(name, signal, work) {
      try {
        await locks.request(name, { signal }, () => work())
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
    attempt(name, work) {
      return locks.request(name, { ifAvailable: true }, async (lock) => {
        if (lock) await work()
        return lock !== null
      })
    },
  }
}

/**
 * The same promise within one process, for Node and for tests; engines that share it are tabs of one device.
 */
export function processLock(): LeaderLock {
  const held = new Set<string>()
  const queues = new Map<string, (() => void)[]>()

  function release(name: string) {
    held.delete(name)
    queues.get(name)?.shift()?.()
  }

  async function run(name: string, work: () => Promise<void>) {
    held.add(name)
    try {
      await work()
    } finally {
      release(name)
    }
  }

  function waitFor(name: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const queue = queues.get(name) ?? []
      queues.set(name, queue)
      const turn = () => resolve()
      queue.push(turn)
      const leave = () => {
        const place = queue.indexOf(turn)
        if (place >= 0) queue.splice(place, 1)
        resolve()
      }
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  return {
    async hold(name, signal, work) {
      while (held.has(name) && !signal.aborted) await waitFor(name, signal)
      if (!signal.aborted) await run(name, work)
    },
    async attempt(name, work) {
      if (held.has(name)) return false
      await run(name, work)
      return true
    },
  }
}

/** Web Locks where the browser has them; otherwise this page believes it is alone. */
export function defaultLock(): LeaderLock {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks
  return locks ? webLock(locks) : processLock()
}
