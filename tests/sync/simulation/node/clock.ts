import type { Clock } from 'cairn-sync'

/** A phone's clock: the true time and an error; its timers fall due by the time that has really passed. */
export class PhoneClock implements Clock {
  #timers: { due: number; work: () => void }[] = []
  #trueMs: number

  constructor(
    trueMs: number,
    private readonly errorMs: () => number,
  ) {
    this.#trueMs = trueMs
  }

  now(): number {
    return this.#trueMs + this.errorMs()
  }

  after(delayMs: number, work: () => void): () => void {
    const timer = { due: this.#trueMs + delayMs, work }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Time has passed. */
  pass(trueMs: number): void {
    this.#trueMs = trueMs
  }

  /** As for a phone that slept: what fell due meanwhile runs once, in its order. */
  runDue(): void {
    const due = this.#timers.filter((timer) => timer.due <= this.#trueMs).sort((a, b) => a.due - b.due)
    this.#timers = this.#timers.filter((timer) => timer.due > this.#trueMs)
    for (const { work } of due) work()
  }
}
