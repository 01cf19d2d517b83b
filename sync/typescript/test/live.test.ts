import { describe, expect, it } from 'vitest'
import { Refused } from '../src/errors'
import { eventParser, Live } from '../src/live'
import type { Transport } from '../src/transport'
import { ManualClock, seededRandom, settle } from './support/ports'

describe('the event stream', () => {
  function read(...pieces: string[]): string[] {
    const events: string[] = []
    const parse = eventParser((event) => events.push(event))
    pieces.forEach(parse)
    return events
  }

  it('tells pokes from comments', () => {
    expect(read(': hello\n\nevent: poke\ndata: {"seq":1}\n\n: 25 s\n\nevent: poke\ndata: {}\n\n')).toEqual([
      'poke',
      'poke',
    ])
  })
  it('does not mind where the pieces end', () => {
    const text = 'event: poke\r\ndata: {"seq":1}\r\n\r\n'
    for (let cut = 0; cut <= text.length; cut++) expect(read(text.slice(0, cut), text.slice(cut))).toEqual(['poke'])
  })
  it('forgets an event that is longer than any', () => {
    expect(read('event: x'.padEnd(200_000, 'x'), '\n\nevent: poke\n\n')).toContain('poke')
  })
})

function setUp(respond: (attempt: number) => Promise<Response>) {
  const clock = new ManualClock()
  const begin = clock.now()
  const attempts: number[] = []
  const wakes: string[] = []
  let outside: (reason: 'network') => void = () => {}
  const request = (_: string, { signal }: { signal?: AbortSignal }) => {
    attempts.push(clock.now() - begin)
    signal?.addEventListener('abort', () => {})
    return respond(attempts.length)
  }
  const live = new Live({
    ...{ clock, random: seededRandom(2), transport: { request } as unknown as Transport },
    surroundings: (wake) => ((outside = wake), () => (outside = () => {})),
    wake: (reason) => void wakes.push(reason),
  })
  return { clock, live, attempts, wakes, outside: () => outside('network') }
}

function stream() {
  let push: (text: string) => void = () => {}
  let end = () => {}
  let cancelled = false
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      push = (text) => controller.enqueue(new TextEncoder().encode(text))
      end = () => controller.close()
    },
    cancel: () => void (cancelled = true),
  })
  return {
    response: new Response(body),
    push: (t: string) => push(t),
    end: () => end(),
    cancelled: () => cancelled,
  }
}

describe('listening', () => {
  it('a poke wakes the engine', async () => {
    const { response, push } = stream()
    const { live, wakes } = setUp(async () => response)
    live.start()
    await settle()
    push('event: poke\ndata: {"seq":1890}\n\n')
    await settle()
    expect(wakes).toEqual(['poke'])
    live.stop()
  })

  it('comes back with growing, jittered pauses while there is no line, and asks for what was missed when there is', async () => {
    const { response, push, end } = stream()
    const { live, wakes, attempts, clock } = setUp(async (attempt) => {
      if (attempt < 6) throw new Refused(502, 'http_502')
      return response
    })
    live.start()
    await clock.advance(62_500)
    const gaps = attempts.slice(1).map((at, i) => at - (attempts[i] as number))
    gaps.slice(0, 5).forEach((gap, i) => {
      expect(gap).toBeGreaterThanOrEqual(1_000 * 2 ** i)
      expect(gap).toBeLessThanOrEqual(2_000 * 2 ** i)
    })
    push(': hello\n\n')
    await settle()
    end()
    await settle()
    expect(wakes).toEqual(['poke'])
    live.stop()
  })

  it('the phones of a server that went come back one by one, and only then ask what they missed', async () => {
    const [first, second] = [stream(), stream()]
    const { live, wakes, attempts, clock } = setUp(async (attempt) => (attempt === 1 ? first : second).response)
    live.start()
    await settle()
    first.push(': hello\n\n')
    await settle()
    first.end()
    await settle()
    expect(wakes).toEqual([])
    await clock.advance(5_000)
    expect(attempts).toHaveLength(2)
    expect(attempts[1]).toBeGreaterThan(attempts[0] as number)
    expect(wakes).toEqual(['poke'])
    live.stop()
  })

  it('a silent line is a dead line', async () => {
    const first = stream()
    const second = stream()
    const { live, attempts, clock } = setUp(async (attempt) => (attempt === 1 ? first : second).response)
    live.start()
    await settle()
    first.push(': 25 s\n\n')
    await settle()
    await clock.advance(59_000)
    expect(attempts).toHaveLength(1)
    await clock.advance(10_000)
    expect(first.cancelled()).toBe(true)
    expect(attempts).toHaveLength(2)
    live.stop()
  })

  it('a page that comes back wakes the engine until it stops', async () => {
    const { live, wakes, outside, clock, attempts } = setUp(() => new Promise(() => {}))
    live.start()
    outside()
    live.stop()
    outside()
    await clock.advance(600_000)
    expect(wakes).toEqual(['network'])
    expect(attempts).toHaveLength(1)
  })
})
