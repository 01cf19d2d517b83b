/** Which tab leads: the one with the lock, unless it has stopped answering, as a frozen tab does that keeps its lock. */

import type { Channel } from './channel'
import { pause, type Clock } from './clock'
import type { Held, LeaderLock } from './leader'

export interface LeadershipOptions {
  /** Of the lock: all tabs and workers of one device share it. */
  name: string
  lock: LeaderLock
  clock: Clock
  channel: Channel
  /** Leads until `until` aborts, because this tab stops or has lost the lock. */
  lead(until: AbortSignal): Promise<void>
}

/** How often the others ask the leader for a sign of life. */
const ASK_MS = 10_000
/** Unanswered in a row before another takes over: a slow page answers late, a frozen one never. */
const MISSES = 3
/** A worker has little time: it waits this long for a page that holds the lock. */
const ANSWER_MS = 5_000

export class Leadership {
  /** Whether this tab leads; and whether it has the lock at all, be it for one cycle. */
  leading = false
  holding = false
  #standing: AbortController | null = null
  #ended: Promise<void> = Promise.resolve()

  constructor(private readonly options: LeadershipOptions) {}

  /** Takes part from now on, and leads whenever it is this tab's turn. */
  start(): void {
    if (this.#standing) return
    this.#standing = new AbortController()
    this.#ended = this.#stand(this.#standing.signal)
  }

  async stop(): Promise<void> {
    this.#standing?.abort()
    this.#standing = null
    await this.#ended
  }

  async #stand(until: AbortSignal): Promise<void> {
    const { name, lock } = this.options
    while (!until.aborted) {
      const silence = new AbortController()
      const stopWatching = this.#watch(silence)
      const work: Held = (lost) => {
        stopWatching()
        return this.#lead(either(until, lost))
      }
      await lock.hold(name, either(until, silence.signal), work)
      stopWatching()
      if (silence.signal.aborted && !until.aborted) await lock.steal(name, work)
    }
  }

  async #lead(until: AbortSignal): Promise<void> {
    this.leading = this.holding = true
    await this.options.lead(until).finally(() => (this.leading = this.holding = false))
  }

  /**
   * Runs `work` under the lock if nobody leads or whoever does gives no sign of life in time; false when a
   * living leader has been asked to sync instead.
   */
  async once(work: Held): Promise<boolean> {
    const { name, lock, clock, channel } = this.options
    const held: Held = (lost) => {
      this.holding = true
      return work(lost).finally(() => (this.holding = false))
    }
    if (await lock.attempt(name, held)) return true
    const answered = new AbortController()
    const stopListening = channel.listen((message) => message.type === 'leader' && answered.abort())
    channel.post({ type: 'sync' })
    channel.post({ type: 'ask' })
    await pause(clock, ANSWER_MS, answered.signal)
    stopListening()
    if (answered.signal.aborted) return false
    await lock.steal(name, held)
    return true
  }

  /** Asks again and again; aborts `silence` when nobody has answered for too long. */
  #watch(silence: AbortController): () => void {
    const { clock, channel } = this.options
    let misses = 0
    let cancel = () => {}
    const stopListening = channel.listen((message) => {
      if (message.type === 'leader') misses = 0
    })
    const ask = () => {
      if (misses++ === MISSES) return silence.abort()
      channel.post({ type: 'ask' })
      cancel = clock.after(ASK_MS, ask)
    }
    ask()
    return () => {
      stopListening()
      cancel()
    }
  }
}

/** Aborts when one of the two does. */
function either(one: AbortSignal, other: AbortSignal): AbortSignal {
  const both = new AbortController()
  for (const signal of [one, other]) {
    if (signal.aborted) both.abort()
    signal.addEventListener('abort', () => both.abort(), { once: true, signal: both.signal })
  }
  return both.signal
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
