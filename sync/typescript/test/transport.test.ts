import { describe, expect, it } from 'vitest'
import { ConnectionLost, Refused } from '../src/errors'
import { createTransport, retryAfterMs } from '../src/transport'
import { ManualClock } from './support/ports'

const HELLO = { device: 'd', schema: 1, app: 'a', platform: 'p', name: 'n' }
const ANSWER = {
  ...{ epoch: 'e', schema: { min: 1, current: 1 }, last_seq: 0, server_time: '', user: {}, server: '1' },
  limits: { mutations: 500, bytes: 1, rows: 1 },
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>

function transport(fetch: Fetch, clock = new ManualClock(), token?: string) {
  const options = { baseUrl: 'https://cairn.example', clock, token: () => token ?? null, timeoutMs: 1_000 }
  return createTransport({ ...options, fetch: fetch as unknown as typeof globalThis.fetch })
}

describe('a request', () => {
  it('posts JSON to the server with the token', async () => {
    const seen: [string, RequestInit][] = []
    const { hello } = transport(
      async (url, init) => (seen.push([url, init]), Response.json(ANSWER)),
      undefined,
      'secret',
    )
    expect(await hello(HELLO)).toEqual(ANSWER)
    const [[url, init]] = seen as [[string, RequestInit]]
    expect(url).toBe('https://cairn.example/sync/hello')
    expect(init).toMatchObject({
      method: 'POST',
      body: JSON.stringify(HELLO),
      headers: { Authorization: 'Bearer secret' },
    })
  })

  it('a refusal comes with its code, params and patience', async () => {
    const body = { code: 'sequence_gap', message: '', params: { last_seq: 41 } }
    const { hello } = transport(async () => Response.json(body, { status: 409, headers: { 'Retry-After': '7' } }))
    await expect(hello(HELLO)).rejects.toMatchObject({
      status: 409,
      code: 'sequence_gap',
      params: { last_seq: 41 },
      retryAfterMs: 7_000,
    })
  })

  it('reads a value that stands beside the code', async () => {
    const { hello } = transport(async () => Response.json({ code: 'sequence_gap', last_seq: 3 }, { status: 409 }))
    await expect(hello(HELLO)).rejects.toMatchObject({ params: { last_seq: 3 } })
  })

  it.each([
    [401, 'session_ended'],
    [413, 'too_large'],
    [429, 'too_many_requests'],
    [503, 'unavailable'],
    [502, 'http_502'],
  ])('a proxy that answers %i in its own words means %s', async (status, code) => {
    const { hello } = transport(async () => new Response('<html>', { status }))
    await expect(hello(HELLO)).rejects.toMatchObject({ status, code })
    await expect(hello(HELLO)).rejects.toBeInstanceOf(Refused)
  })

  it.each([
    ['the network fails', () => Promise.reject(new TypeError('failed to fetch'))],
    ['the body breaks off', async () => new Response('{"epoch":')],
    ['a portal answers a page', async () => new Response('<html>sign in to the Wi-Fi</html>')],
    ['the answer has another shape', async () => Response.json({ ...ANSWER, limits: null })],
  ] as [string, Fetch][])('%s: the connection is lost, nothing is decided', async (_, fetch) => {
    await expect(transport(fetch).hello(HELLO)).rejects.toBeInstanceOf(ConnectionLost)
  })

  it('has a time limit, which ends the request too', async () => {
    const clock = new ManualClock()
    let signal: AbortSignal | null | undefined
    const { hello } = transport((_, init) => ((signal = init.signal), new Promise(() => {})), clock)
    const lost = expect(hello(HELLO)).rejects.toBeInstanceOf(ConnectionLost)
    await clock.advance(1_000)
    await lost
    expect(signal?.aborted).toBe(true)
    expect(clock.waits()).toEqual([])
  })

  it('the limit counts for the body too, ends it, and says that the line was too slow', async () => {
    const clock = new ManualClock()
    let cancelled = false
    const fetch: Fetch = async (_, init) => {
      const body = new ReadableStream({
        start: (c) => init.signal?.addEventListener('abort', () => c.error('aborted')),
      })
      init.signal?.addEventListener('abort', () => (cancelled = true))
      return new Response(body)
    }
    const lost = expect(transport(fetch, clock).hello(HELLO)).rejects.toMatchObject({ tooSlow: true })
    await clock.advance(1_000)
    await lost
    expect(cancelled).toBe(true)
  })

  it('whoever asked may stop waiting', async () => {
    const stop = new AbortController()
    const { hello } = transport(() => new Promise(() => {}))
    const lost = expect(hello(HELLO, stop.signal)).rejects.toMatchObject({ tooSlow: false })
    stop.abort()
    await lost
  })

  it('a small push may outlive its page, nothing else does', async () => {
    const kept: boolean[] = []
    const { hello, push } = transport(async (_, init) => (kept.push(init.keepalive === true), Response.json({})))
    await hello(HELLO).catch(() => {})
    await push({ mutations: [] } as never).catch(() => {})
    await push({ mutations: ['x'.repeat(40_000)] } as never).catch(() => {})
    expect(kept).toEqual([false, true, false])
  })

  it('does not break the body of an answer that came in time', async () => {
    const clock = new ManualClock()
    let signal: AbortSignal | null | undefined
    const { request } = transport(async (_, init) => ((signal = init.signal), new Response('x')), clock)
    const response = await request('/sync/live', { method: 'GET' })
    await clock.advance(10_000)
    expect(signal?.aborted).toBe(false)
    expect(await response.text()).toBe('x')
  })

  it.each([
    [{ receipts: [{ seq: 1, status: 'dreamt' }] }, 'push'],
    [{ receipts: [{ status: 'applied' }] }, 'push'],
    [{ rows: [['org', 'user', 'a', '1', {}]] }, 'pull'],
    [{ rows: [['org', 'user']] }, 'pull'],
    [{ drop: null }, 'pull'],
  ] as const)('refuses to understand %j', async (wrong, path) => {
    const good = {
      epoch: 'e',
      last_seq: 0,
      receipts: [],
      cursor: 'c',
      more: false,
      reset: false,
      drop: [],
      rows: [],
      checks: [],
    }
    const made = transport(async () => Response.json({ ...good, ...wrong }))
    await expect(made[path]({} as never)).rejects.toBeInstanceOf(ConnectionLost)
    const right = transport(async () => Response.json(good))
    await expect(right[path]({} as never)).resolves.toBeDefined()
  })
})

it.each([
  [null, null],
  ['120', 120_000],
  ['Sun, 22 Nov 2026 10:01:00 GMT', 60_000],
  ['Sun, 22 Nov 2020 10:01:00 GMT', 0],
  ['999999', 3_600_000],
  ['soon', null],
])('Retry-After %s is %s ms', (header, expected) => {
  const response = new Response(null, { headers: header === null ? {} : { 'Retry-After': header } })
  expect(retryAfterMs(response, new ManualClock())).toBe(expected)
})
