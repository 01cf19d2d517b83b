/** The way to the server: requests with a time limit, and refusals by code. */

import { systemClock, type Clock } from './clock'
import { ConnectionLost, Refused } from './errors'
import { isHelloAnswer, isPullAnswer, isPushAnswer } from './messages'
import type { HelloAnswer, HelloRequest, Params, PullAnswer, PullRequest, PushAnswer, PushRequest } from './messages'

export interface RequestOptions {
  method: string
  headers?: Record<string, string>
  body?: string | Blob
  timeoutMs?: number
  /** Ends the waiting for an answer; with `stream`, the answer's body as well. */
  signal?: AbortSignal
  stream?: boolean
}

export interface Transport {
  hello(request: HelloRequest): Promise<HelloAnswer>
  push(request: PushRequest): Promise<PushAnswer>
  pull(request: PullRequest): Promise<PullAnswer>
  /** Any other request; throws `Refused` or `ConnectionLost`, so an answer is always a success. */
  request(path: string, options: RequestOptions): Promise<Response>
}

export interface TransportOptions {
  /** The server's address; empty for the page's own. */
  baseUrl?: string
  fetch?: typeof fetch
  /** A bearer token for clients without the browser's cookie. */
  token?: () => string | null
  clock?: Clock
  timeoutMs?: number
}

const TIMEOUT_MS = 30_000
const LONGEST_RETRY_AFTER_MS = 3_600_000

export function createTransport(options: TransportOptions = {}): Transport {
  const { baseUrl = '', clock = systemClock, timeoutMs = TIMEOUT_MS } = options
  const send = options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => fetch(input, init))

  async function request(path: string, wanted: RequestOptions): Promise<Response> {
    const token = options.token?.()
    const headers = { ...wanted.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) }
    const { method, body } = wanted
    const limit = wanted.timeoutMs ?? timeoutMs
    const response = await within(clock, limit, wanted.signal, (signal) =>
      send(new URL(path, baseUrl || globalThis.location?.origin).href, {
        method,
        headers,
        body,
        signal,
        credentials: 'same-origin',
        cache: 'no-store',
      }),
    )
    if (response.ok) return response
    throw await refusal(response, clock)
  }

  async function call<T>(path: string, message: object, isAnswer: (value: unknown) => value is T): Promise<T> {
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json' }
    const response = await request(path, { method: 'POST', headers, body: JSON.stringify(message) })
    const answer: unknown = await within(clock, timeoutMs, undefined, () => response.json())
    if (!isAnswer(answer)) throw new ConnectionLost(`${path} answered in another shape`)
    return answer
  }

  return {
    hello: (message) => call('/sync/hello', message, isHelloAnswer),
    push: (message) => call('/sync/push', message, isPushAnswer),
    pull: (message) => call('/sync/pull', message, isPullAnswer),
    request,
  }
}

/** Runs `work` and turns whatever stops it, the time limit too, into `ConnectionLost`. */
async function within<T>(
  clock: Clock,
  limitMs: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController()
  let cancel = () => {}
  let stop = () => {}
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      inner.abort()
      reject(new ConnectionLost('aborted'))
    }
    cancel = clock.after(limitMs, stop)
  })
  stopped.catch(() => undefined)
  if (outer?.aborted) stop()
  outer?.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work(inner.signal), stopped])
  } catch (error) {
    throw error instanceof ConnectionLost ? error : new ConnectionLost(String(error))
  } finally {
    cancel()
    outer?.removeEventListener('abort', stop)
  }
}

/** A refusal by the code of its body; a body that is not ours (a proxy's page) is named after its status. */
export async function refusal(response: Response, clock: Clock): Promise<Refused> {
  const body: unknown = await response.json().catch(() => null)
  const { code, params } = (typeof body === 'object' && body !== null ? body : {}) as Params
  const known = typeof code === 'string' ? code : codeOf(response.status)
  const details = typeof params === 'object' && params !== null ? (params as Params) : {}
  return new Refused(response.status, known, { ...details, ...flat(body) }, retryAfterMs(response, clock))
}

/**
 * Some refusals carry their value beside the code (`{"code":"sequence_gap","last_seq":41}`): both places are
 * read.
 */
function flat(body: unknown): Params {
  if (typeof body !== 'object' || body === null) return {}
  const { last_seq, epoch, min_schema } = body as Params
  return Object.fromEntries(Object.entries({ last_seq, epoch, min_schema }).filter(([, value]) => value !== undefined))
}

const CODES: Record<number, string> = {
  401: 'session_ended',
  413: 'too_large',
  422: 'malformed',
  426: 'upgrade_required',
  429: 'too_many_requests',
  503: 'unavailable',
}

function codeOf(status: number): string {
  return CODES[status] ?? `http_${status}`
}

/** `Retry-After` in seconds or as a date, in milliseconds from now and never above an hour. */
export function retryAfterMs(response: Response, clock: Clock): number | null {
  const header = response.headers.get('Retry-After')
  if (header === null) return null
  const delay = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - clock.now()
  return Number.isNaN(delay) ? null : Math.min(Math.max(delay, 0), LONGEST_RETRY_AFTER_MS)
}
