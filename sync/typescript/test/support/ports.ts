import type { Clock, Random } from '../../src/clock'

/** A clock that stands until a test moves it. */
export class ManualClock implements Clock {
  #timers: { due: number; work: () => void }[] = []

  constructor(private nowMs = Date.parse('2026-11-22T10:00:00.000Z')) {}

  now(): number {
    return this.nowMs
  }

  /** What a person does who sets the phone's clock: timers do not follow. */
  set(nowMs: number): void {
    for (const timer of this.#timers) timer.due += nowMs - this.nowMs
    this.nowMs = nowMs
  }

  after(delayMs: number, work: () => void): () => void {
    const timer = { due: this.nowMs + delayMs, work }
    this.#timers.push(timer)
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer))
  }

  /** Moves on, running what falls due in its order and letting promises settle in between. */
  async advance(delayMs: number): Promise<void> {
    await settle()
    const until = this.nowMs + delayMs
    for (;;) {
      const next = this.#timers.filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0]
      if (!next) break
      this.#timers = this.#timers.filter((other) => other !== next)
      this.nowMs = Math.max(this.nowMs, next.due)
      next.work()
      await settle()
    }
    this.nowMs = until
    await settle()
  }

  /** The moments that timers wait for, soonest first. */
  waits(): number[] {
    return this.#timers.map(({ due }) => due - this.nowMs).sort((a, b) => a - b)
  }
}

/** Lets everything that waits only for promises (a fake database's too) come to rest. */
export async function settle(turns = 20): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** A small generator of its own (mulberry32): the same seed gives the same run. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return {
    number() {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
    },
  }
}
