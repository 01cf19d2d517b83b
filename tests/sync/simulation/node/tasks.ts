/**
 * The turns of this process, taken one by one: whatever would run "soon" waits here until it is drawn, so that the
 * simulation decides the order, and knows when nothing is left to do.
 */

type Task = () => void

const realImmediate = globalThis.setImmediate
const MOST_TURNS = 1_000_000
let waiting: Task[] = []

/** fake-indexeddb and Dexie go by these. */
export function ownTheTurns(): void {
  const later = (task: (...values: unknown[]) => void, ...values: unknown[]) => {
    waiting.push(() => task(...values))
    return {} as NodeJS.Immediate
  }
  globalThis.setImmediate = later as unknown as typeof setImmediate
  globalThis.setTimeout = ((task: Task, delayMs?: number) =>
    later(delayMs ? () => {} : task)) as unknown as typeof setTimeout
}

/** Runs everything that does not wait for an answer or for time to pass. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    await new Promise((resolve) => realImmediate(resolve)) // every promise that can, goes on
    const next = waiting.shift()
    if (!next) return
    next()
  }
  throw new Error('it never comes to rest')
}

/** A new simulation begins: what an earlier one left to do is not done. */
export function forgetTurns(): void {
  waiting = []
}
