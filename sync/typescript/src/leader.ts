/**
 * One leader per device syncs: a lock that the browser gives to one tab, and takes back when that tab dies.
 */

/** What is done under the lock; `lost` aborts when another tab has taken the lock away. */
export type Held = (lost: AbortSignal) => Promise<void>

export interface LeaderLock {
  /** Waits for the lock, then holds it until `work` ends or `signal` aborts the waiting. */
  hold(name: string, signal: AbortSignal, work: Held): Promise<void>
  /** Runs `work` only if nobody holds the lock; false when somebody does. */
  attempt(name: string, work: Held): Promise<boolean>
  /** Takes the lock from whoever holds it, who is told by `lost`; what they still write, the store must refuse. */
  steal(name: string, work: Held): Promise<void>
}

/** The lock of browsers: shared by all tabs and workers of one origin. */
export function webLock(locks: LockManager = navigator.locks): LeaderLock {
  async function run(name: string, options: LockOptions, work: Held): Promise<boolean> {
    const lost = new AbortController()
    let working: Promise<boolean> | undefined
    const begin = (lock: Lock | null) => (working = lock ? work(lost.signal).then(() => true) : Promise.resolve(false))
    try {
      return await locks.request(name, options, begin)
    } catch (error) {
      if (!isAbort(error)) throw error
      lost.abort()
      return (await working) ?? false
    }
  }

  return {
    hold: async (name, signal, work) => void (await run(name, { signal }, work)),
    attempt: (name, work) => run(name, { ifAvailable: true }, work),
    steal: async (name, work) => void (await run(name, { steal: true }, work)),
  }
}

function isAbort(error: unknown): boolean {
  return (error as { name?: unknown } | null)?.name === 'AbortError'
}

/**
 * The same promise within one process, for Node and for tests; engines that share it are tabs of one device.
 */
export function processLock(): LeaderLock {
  const holders = new Map<string, AbortController>()
  const queues = new Map<string, (() => void)[]>()

  async function run(name: string, work: Held) {
    const lost = new AbortController()
    holders.set(name, lost)
    try {
      await work(lost.signal)
    } finally {
      if (holders.get(name) === lost) release(name)
    }
  }

  function release(name: string) {
    holders.delete(name)
    queues.get(name)?.shift()?.()
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
      while (holders.has(name) && !signal.aborted) await waitFor(name, signal)
      if (!signal.aborted) return run(name, work)
      // Whose turn came while giving up hands it on.
      if (!holders.has(name)) release(name)
    },
    async attempt(name, work) {
      if (holders.has(name)) return false
      await run(name, work)
      return true
    },
    steal(name, work) {
      holders.get(name)?.abort()
      return run(name, work)
    },
  }
}

/** Web Locks where the browser has them; otherwise this page believes it is alone. */
export function defaultLock(): LeaderLock {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks
  return locks ? webLock(locks) : processLock()
}
