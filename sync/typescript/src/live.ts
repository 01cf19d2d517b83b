/** Hints that something changed: the server's event stream, and what happens to the page. */

import { backOffMs, pause, type Clock, type Random } from './clock'
import { Refused } from './errors'
import type { WakeReason } from './loop'
import type { Transport } from './transport'

/** What wakes the engine from outside; the answer stops listening. */
export type Surroundings = (wake: (reason: WakeReason) => void) => () => void

export interface LiveOptions {
  transport: Transport
  clock: Clock
  random: Random
  surroundings?: Surroundings
  wake: (reason: WakeReason) => void
}

const BACK_OFF = { firstMs: 2_000, longestMs: 120_000 }
/**
 * The server says something every 25 s; after twice that and a little the line is dead, whatever TCP
 * believes.
 */
const SILENCE_MS = 60_000
/** Over how long the phones of a server that went come back. */
const SPREAD_MS = 5_000
const LONGEST_EVENT = 65_536

export class Live {
  #stop: AbortController | null = null
  #forget = () => {}
  #hurry = () => {}

  constructor(private readonly options: LiveOptions) {}

  start(): void {
    const stop = new AbortController()
    this.#stop = stop
    this.#forget = (this.options.surroundings ?? pageSurroundings)((reason) => {
      if (reason !== 'leaving') this.#hurry()
      this.options.wake(reason)
    })
    void this.#listen(stop.signal)
  }

  stop(): void {
    this.#stop?.abort()
    this.#forget()
  }

  /** Polling goes on whatever happens here: a stream is a hint, never the only way. */
  async #listen(signal: AbortSignal): Promise<void> {
    const { random, wake } = this.options
    let missed = false
    for (let failures = 0; !signal.aborted; failures++) {
      // Pokes may have been missed while the line was down. Not asked for before it is up again: a server that goes
      // ends all its streams at once, and its phones shall not all come at once to the next.
      const opened = await this.#stream(signal, () => missed && wake('poke')).catch((error: unknown) => {
        return error instanceof Refused ? error.retryAfterMs : null
      })
      missed = true
      if (opened === true) failures = 0
      const asked = typeof opened === 'number' ? opened : 0
      const pauseMs = opened === true ? random.number() * SPREAD_MS : backOffMs(failures, BACK_OFF, random)
      await this.#pause(asked, pauseMs, signal)
    }
  }

  /** What the server asked for, and then the back-off, which spreads the phones and ends when a network comes back. */
  async #pause(askedMs: number, backOff: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.options
    await pause(clock, askedMs, signal)
    const hurried = new AbortController()
    this.#hurry = () => hurried.abort()
    signal.addEventListener('abort', this.#hurry, { once: true })
    await pause(clock, backOff, hurried.signal)
    signal.removeEventListener('abort', this.#hurry)
  }

  /** Ends when the stream does; true when it had brought anything. */
  async #stream(signal: AbortSignal, onOpen: () => void): Promise<boolean> {
    const { transport, clock, wake } = this.options
    const silence = new AbortController()
    const abort = () => silence.abort()
    signal.addEventListener('abort', abort, { once: true })
    const headers = { Accept: 'text/event-stream' }
    const response = await transport.request('/sync/live', { method: 'GET', headers, signal: silence.signal })
    const reader = response.body?.getReader()
    let heard = false
    if (!reader) return heard
    onOpen()
    silence.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined), {
      once: true,
    })
    const parse = eventParser((event) => event === 'poke' && wake('poke'))
    const decoder = new TextDecoder()
    try {
      for (;;) {
        const cancel = clock.after(SILENCE_MS, abort)
        const { done, value } = await reader.read().finally(cancel)
        if (done) return heard
        heard = true
        parse(decoder.decode(value, { stream: true }))
      }
    } catch {
      return heard
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
}

/** Reads server-sent events from pieces of text; only the event's name matters here. */
export function eventParser(onEvent: (event: string) => void): (text: string) => void {
  let rest = ''
  let name = ''
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/)
    rest = (lines.pop() ?? '').slice(-LONGEST_EVENT)
    for (const line of lines) {
      if (line.startsWith('event:')) name = line.slice(6).trim()
      if (line !== '') continue
      if (name) onEvent(name)
      name = ''
    }
  }
}

/** A page that comes back, in front or online, wants to know at once; one that leaves may not run again for long. */
export const pageSurroundings: Surroundings = (wake) => {
  const target = globalThis as unknown as Partial<Window>
  if (!target.addEventListener || !target.document) return () => {}
  const { document } = target
  const stop = new AbortController()
  const { signal } = stop
  const seen = () => wake(document.visibilityState === 'visible' ? 'network' : 'leaving')
  target.addEventListener('online', () => wake('network'), { signal })
  target.addEventListener('focus', seen, { signal })
  target.addEventListener('pagehide', () => wake('leaving'), { signal })
  document.addEventListener('visibilitychange', seen, { signal })
  return () => stop.abort()
}
