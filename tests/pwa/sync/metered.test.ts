import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { METERED_CHOICE } from '@/sync/worker-names'

/** A line as Chromium describes it on a phone. */
class Line extends EventTarget {
  type = 'cellular'
  saveData = false
}

const kept = new Map<string, string>()

function put(line: Line | undefined): void {
  vi.stubGlobal('navigator', { connection: line })
  vi.stubGlobal('caches', {
    open: async () => ({
      match: async (name: string) => (kept.has(name) ? new Response(kept.get(name)) : undefined),
      put: async (name: string, response: Response) => void kept.set(name, await response.text()),
    }),
  })
}

describe('photos on a metered line', () => {
  beforeEach(() => {
    vi.resetModules()
    kept.clear()
  })
  afterEach(() => vi.unstubAllGlobals())

  it('go unless the user wants to wait, and the choice is kept where the service worker finds it', async () => {
    put(new Line())
    const page = await import('@/sync/metered')
    expect(await page.photosMayTravel()).toBe(true)
    await page.chooseMetered('wait')
    expect(kept.get(METERED_CHOICE)).toBe('wait')
    vi.resetModules()
    const worker = await import('@/sync/metered')
    expect(await worker.photosMayTravel()).toBe(false)
  })

  it.each([
    ['wifi', false, true],
    ['cellular', false, false],
    ['wifi', true, false],
    ['unknown', false, true],
  ])('with %s and saving %s, one who waits sends: %s', async (type, saveData, sends) => {
    put(Object.assign(new Line(), { type, saveData }))
    kept.set(METERED_CHOICE, 'wait')
    const { photosMayTravel } = await import('@/sync/metered')
    expect(await photosMayTravel()).toBe(sends)
  })

  it('always go where the browser does not tell, and there the choice is not offered', async () => {
    put(undefined)
    kept.set(METERED_CHOICE, 'wait')
    const { photosMayTravel, tellsMetered } = await import('@/sync/metered')
    expect(tellsMetered.value).toBe(false)
    expect(await photosMayTravel()).toBe(true)
  })

  it('that wait are let go when the line changes', async () => {
    const line = new Line()
    put(line)
    const { watchLine } = await import('@/sync/metered')
    const { engine } = await import('@/sync/current')
    const release = vi.fn()
    engine.value = { uploads: { release } } as never
    await watchLine()
    line.dispatchEvent(new Event('change'))
    expect(release).toHaveBeenCalledOnce()
  })
})
