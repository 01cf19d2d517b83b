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
  /** Ends the waiting for an answer. */
  signal?: AbortSignal
  /** The request may outlive its page. */
  keepalive?: boolean
}

export interface Transport {
  hello(request: HelloRequest, signal?: AbortSignal): Promise<HelloAnswer>
  push(request: PushRequest, signal?: AbortSignal): Promise<PushAnswer>
  pull(request: PullRequest, signal?: AbortSignal): Promise<PullAnswer>
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
/** Browsers let at most 64 KiB of requests outlive a page. */
const KEEPALIVE_BYTES = 30_000
const LONGEST_RETRY_AFTER_MS = 3_600_000

export function createTransport(options: TransportOptions = {}): Transport {
  const { baseUrl = '', clock = systemClock, timeoutMs = TIMEOUT_MS } = options
  const send = options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => fetch(input, init))

  async function exchange(path: string, wanted: RequestOptions, signal: AbortSignal): Promise<Response> {
    const token = options.token?.()
    const headers = { ...wanted.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) }
    const { method, body, keepalive = false } = wanted
    const response = await send(new URL(path, baseUrl || globalThis.location?.origin).href, {
      ...{ method, headers, body, signal, keepalive },
      ...{ credentials: 'same-origin', cache: 'no-store' },
    })
    if (response.ok) return response
    throw await refusal(response, clock)
  }

  function request(path: string, wanted: RequestOptions): Promise<Response> {
    const limit = wanted.timeoutMs ?? timeoutMs
    return within(clock, limit, wanted.signal, (signal) => exchange(path, wanted, signal))
  }

  async function call<T>(path: string, message: object, outer: AbortSignal | undefined, isAnswer: Is<T>): Promise<T> {
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json' }
    const body = JSON.stringify(message)
    // What is on its way when the person closes the page still arrives; the receipts come with the next start.
    const keepalive = path === '/sync/push' && body.length < KEEPALIVE_BYTES
    const answer = await within(clock, timeoutMs, outer, async (signal): Promise<unknown> => {
      return (await exchange(path, { method: 'POST', headers, body, keepalive }, signal)).json()
    })
    if (!isAnswer(answer)) throw new ConnectionLost(`${path} answered in another shape`)
    return answer
  }

  return {
    hello: (message, signal) => call('/sync/hello', message, signal, isHelloAnswer),
    push: (message, signal) => call('/sync/push', message, signal, isPushAnswer),
    pull: (message, signal) => call('/sync/pull', message, signal, isPullAnswer),
    request,
  }
}

type Is<T> = (value: unknown) => value is T

/** Runs `work` and turns whatever stops it, the time limit too, into `ConnectionLost`; a refusal stays one. */
async function within<T>(
  clock: Clock,
  limitMs: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController()
  let cancel = () => {}
  let stop: (tooSlow: boolean) => void = () => {}
  const stopped = new Promise<never>((_, reject) => {
    stop = (tooSlow) => {
      inner.abort()
      reject(new ConnectionLost('aborted', tooSlow))
    }
    cancel = clock.after(limitMs, () => stop(true))
  })
  stopped.catch(() => undefined)
  const abort = () => stop(false)
  if (outer?.aborted) abort()
  outer?.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work(inner.signal), stopped])
  } catch (error) {
    if (error instanceof ConnectionLost || error instanceof Refused) throw error
    throw new ConnectionLost(String(error))
  } finally {
    cancel()
    outer?.removeEventListener('abort', abort)
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
