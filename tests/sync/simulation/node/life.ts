/** One life of a tab: it can end at any await, or be frozen there, as browsers freeze what is out of sight. */

/** What was awaited in a life that ended is never heard of. */
export class Died extends Error {}

export type Fate = 'end' | 'freeze'

export class Life {
  readonly #ended = new AbortController()
  #frozen = false
  #left = Infinity
  #fate: Fate = 'end'
  #later: (() => void)[] = []

  /** Aborts when it ends. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  get dead(): boolean {
    return this.#ended.signal.aborted
  }

  get awake(): boolean {
    return !this.dead && !this.#frozen
  }

  /** It happens at the so-many-th await from now on. */
  meet(fate: Fate, awaits: number): void {
    this.#left = awaits
    this.#fate = fate
    if (awaits <= 0) this.#spring()
  }

  pass(): void {
    if (--this.#left <= 0) this.#spring()
    if (this.dead) throw new Died()
  }

  end(): void {
    this.#ended.abort('ended')
    this.#later = []
  }

  thaw(): void {
    this.#frozen = false
    for (const work of this.#later.splice(0)) this.whenAwake(work)
  }

  /** What happens to a frozen tab, happens when it wakes; to a dead one nothing does. */
  whenAwake(work: () => void): void {
    if (this.#frozen) this.#later.push(work)
    else if (!this.dead) work()
  }

  #spring(): void {
    this.#left = Infinity
    if (this.#fate === 'end') this.end()
    else this.#frozen = true
  }
}
