/**
 * When the leader syncs: at once when asked, again after a failure, and every few minutes whatever happens.
 */

import { backOffMs, type Clock, type Random } from './clock'
import { Refused } from './errors'

/**
 * Why a cycle is wanted. A record made in bad weather waits for the back-off; people and networks do not, nor does a
 * page that is put away with something unsent.
 */
export type WakeReason = 'user' | 'record' | 'network' | 'poke' | 'leaving'

export interface LoopOptions {
  clock: Clock
  random: Random
  /** Runs one cycle; throws what stopped it. */
  cycle(): Promise<void>
  /** Tells what ended a cycle; null for success. */
  onEnd(error: unknown): Promise<void>
}

const BACK_OFF = { firstMs: 1_000, longestMs: 300_000 }
const POLL_MS = 240_000
/** Taps close together travel in one push. */
const GATHER_MS = 50

/** After these nothing is tried again until somebody asks. */
const WAITS_FOR_USER: ReadonlySet<string> = new Set(['session_ended', 'device_revoked', 'upgrade_required'])

export class Loop {
  #running: Promise<void> | null = null
  #again = false
  #failures = 0
  /** The server has asked for patience. By a timer and not by the clock, which a person may set. */
  #resting = false
  #endRest = () => {}
  #asleep = false
  /** Something was recorded that the cycle under way may have begun too early to see. */
  #recorded = false
  #cancelTimer = () => {}
  #started = false

  constructor(private readonly options: LoopOptions) {}

  start(): void {
    this.#started = true
    void this.run()
  }

  async stop(): Promise<void> {
    this.#started = false
    this.#again = false
    this.#cancelTimer()
    this.#endRest()
    await this.#running
  }

  wake(reason: WakeReason): void {
    if (!this.#started) return
    if (reason === 'record') {
      if (this.#failures > 0 || this.#asleep) return
      this.#recorded = true
      this.#schedule(GATHER_MS)
    } else if (!this.#asleep || reason === 'user') void this.run()
  }

  /** Ends when a cycle that began after this call has ended. Never earlier than `Retry-After` asked. */
  run(): Promise<void> {
    if (this.#resting) return Promise.resolve()
    if (this.#running) {
      this.#again = true
      return this.#running
    }
    this.#cancelTimer()
    this.#running = this.#cycles().finally(() => (this.#running = null))
    return this.#running
  }

  async #cycles(): Promise<void> {
    do {
      this.#again = false
      await this.#once()
    } while (this.#again && !this.#resting)
  }

  async #once(): Promise<void> {
    const { random } = this.options
    this.#recorded = false
    const failure = await this.options.cycle().then(
      () => null,
      (error: unknown) => error ?? new Error('a cycle failed without a reason'),
    )
    await this.options.onEnd(failure).catch(() => undefined)
    if (failure === null) {
      this.#failures = 0
      this.#asleep = false
      return this.#schedule(this.#recorded ? GATHER_MS : POLL_MS * (0.75 + random.number() / 2))
    }
    this.#again = false
    const delay = backOffMs(this.#failures++, BACK_OFF, random)
    const asked = failure instanceof Refused ? failure.retryAfterMs : null
    // The server named a moment; spread the phones behind it, never before it.
    const wait = asked === null ? delay : asked + Math.round(random.number() * Math.max(1_000, asked / 4))
    if (asked !== null) this.#rest(asked)
    this.#asleep = failure instanceof Refused && (failure.status === 401 || WAITS_FOR_USER.has(failure.code))
    if (!this.#asleep) this.#schedule(Math.max(wait, delay))
  }

  #rest(askedMs: number): void {
    this.#resting = true
    const cancel = this.options.clock.after(askedMs, () => (this.#resting = false))
    this.#endRest = () => {
      cancel()
      this.#resting = false
    }
  }

  #schedule(delayMs: number): void {
    this.#cancelTimer()
    if (!this.#started) return
    this.#cancelTimer = this.options.clock.after(delayMs, () => void this.run())
  }
}
