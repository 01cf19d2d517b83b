/** Time and randomness behind seams, and what is made of them: ids, delays, skew. */

export interface Clock {
  /** Milliseconds since 1970, UTC, as this phone believes. */
  now(): number
  /** Runs `work` once after `delayMs`; the answer cancels it. */
  after(delayMs: number, work: () => void): () => void
}

export interface Random {
  /** Evenly in [0, 1). */
  number(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs)
    return () => clearTimeout(timer)
  },
}

export const systemRandom: Random = {
  number() {
    const [word] = crypto.getRandomValues(new Uint32Array(1))
    return (word as number) / 2 ** 32
  },
}

export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString()
}

export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const cancel = clock.after(delayMs, done)
    signal?.addEventListener('abort', done, { once: true })
    function done() {
      cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
  })
}

/** A UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits, so that new records sort last. */
export function uuidv7(clock: Clock = systemClock, random: Random = systemRandom): string {
  const bytes = Array.from({ length: 16 }, () => Math.floor(random.number() * 256))
  const milliseconds = clock.now()
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(milliseconds / 2 ** (8 * (5 - i))) % 256
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f)
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export interface BackOff {
  firstMs: number
  longestMs: number
}

/** Doubles per attempt, with jitter down to half, so that phones do not march in step. */
export function backOffMs(attempt: number, { firstMs, longestMs }: BackOff, random: Random): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 30))
  return Math.round(ceiling * (0.5 + random.number() / 2))
}

/** Milliseconds this phone's clock is behind the server's, judged from the middle of a round trip. */
export function skewMs(sentMs: number, receivedMs: number, serverTime: string): number | null {
  const server = Date.parse(serverTime)
  return Number.isNaN(server) ? null : Math.round(server - (sentMs + receivedMs) / 2)
}
