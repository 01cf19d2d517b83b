import { describe, expect, it } from 'vitest'
import { ConnectionLost, Refused } from '../src/errors'
import type { RequestOptions, Transport } from '../src/transport'
import { CHUNK_BYTES } from '../src/tus'
import { sha256 } from '../src/upload-rows'
import { PARALLEL, UploadQueue } from '../src/uploads'
import { newUser, STORES } from './support/phone'
import { ManualClock, seededRandom } from './support/ports'

const ABOUT = { kind: 'visit', id: 'v' }

/** A tus 1.0 server for one test, with faults. */
class FakeFiles {
  readonly calls: string[] = []
  readonly metadata: string[] = []
  uploads = new Map<string, { length: number; bytes: Uint8Array }>()
  state: object | null = null
  fault: (method: string) => void = () => {}
  afterFault: (method: string) => void = () => {}
  /** How much of a chunk arrives before the line is cut. */
  keeps: () => number = () => 1

  request = async (path: string, { method, headers = {}, body }: RequestOptions): Promise<Response> => {
    this.calls.push(`${method} ${path}`)
    this.fault(method)
    const answer = await this.#serve(path, method, headers, body as Blob)
    this.afterFault(method)
    return answer
  }

  async #serve(path: string, method: string, headers: Record<string, string>, body: Blob): Promise<Response> {
    if (path.startsWith('/api/files/')) return Response.json(this.state)
    if (method === 'POST') {
      const url = `/sync/files/${this.uploads.size + 1}`
      this.metadata.push(headers['Upload-Metadata'] ?? '')
      this.uploads.set(url, { length: Number(headers['Upload-Length']), bytes: new Uint8Array() })
      return new Response(null, { status: 201, headers: { Location: url } })
    }
    const upload = this.uploads.get(path)
    if (!upload) throw new Refused(404, 'not_found')
    if (method === 'PATCH') {
      if (Number(headers['Upload-Offset']) !== upload.bytes.length) throw new Refused(409, 'http_409')
      const whole = new Uint8Array(await body.arrayBuffer())
      const more = whole.subarray(0, Math.ceil(whole.length * this.keeps()))
      const bytes = new Uint8Array(upload.bytes.length + more.length)
      bytes.set(upload.bytes)
      bytes.set(more, upload.bytes.length)
      upload.bytes = bytes
      if (more.length < whole.length) throw new ConnectionLost('cut')
    }
    return new Response(null, { status: 204, headers: { 'Upload-Offset': String(upload.bytes.length) } })
  }
}

describe.each(STORES)('the queue of files, over %s', (_, make) => {
  function setUp() {
    const files = new FakeFiles()
    const clock = new ManualClock()
    const store = make(newUser())
    let sent = 0
    const line = { mayTravel: true }
    const queue = new UploadQueue({
      ...{ store, clock, random: seededRandom(5), transport: files as unknown as Transport },
      mayTravel: async () => line.mayTravel,
      onChange: () => {},
      onQueued: () => {},
      onSent: () => void sent++,
    })
    const add = (id: string, blob: Blob) =>
      queue.add({ id, blob, filename: '照片.jpg', filetype: 'image/jpeg', about: ABOUT })
    return { files, clock, store, queue, add, line, sent: () => sent }
  }
  const photo = (bytes: number) => new Blob([new Uint8Array(bytes).map((_, i) => i % 251)])

  it('sends a file in chunks under its hash and keeps it until the server has confirmed that hash', async () => {
    const { files, clock, queue, add, sent } = setUp()
    const blob = photo(CHUNK_BYTES + 10)
    const { sha256: hash } = await add('f1', blob)
    expect(hash).toBe(await sha256(blob))
    files.state = { state: 'awaiting', sha256: null, code: null }
    await queue.run()
    expect(files.calls).toEqual(['POST /sync/files', 'PATCH /sync/files/1', 'PATCH /sync/files/1'])
    const decoded = Object.fromEntries(
      (files.metadata[0] ?? '')
        .split(',')
        .map((pair) => [pair.split(' ')[0], Buffer.from(pair.split(' ')[1] ?? '', 'base64').toString()]),
    )
    expect(decoded).toEqual({ id: 'f1', sha256: hash, filename: '照片.jpg', filetype: 'image/jpeg' })
    expect(sent()).toBe(1)
    expect(await queue.list()).toMatchObject([{ id: 'f1', state: 'sent', sent: blob.size }])
    expect((await queue.blob('f1'))?.size).toBe(blob.size)
    await clock.advance(3_000)
    expect(await queue.list()).toHaveLength(1)
    files.state = { state: 'stored', sha256: hash, code: null }
    await clock.advance(60_000)
    expect(await queue.list()).toEqual([])
    expect(await queue.blob('f1')).toBeUndefined()
  })

  it('a database that fails for a moment throws nothing at nobody, and the next run sends', async () => {
    const { files, store, queue, add } = setUp()
    await add('f1', photo(10))
    const read = store.read.bind(store)
    store.read = () => Promise.reject(new Error('the database is gone'))
    await expect(queue.run()).resolves.toBeUndefined()
    expect(files.calls).toEqual([])
    store.read = read
    await queue.run()
    expect(await queue.list()).toMatchObject([{ id: 'f1', state: 'sent' }])
  })

  it("the file's document arriving by sync confirms it as well", async () => {
    const { queue, add, store, clock, files } = setUp()
    const { sha256: hash } = await add('f1', photo(10))
    await queue.run()
    const document = { id: 'f1', state: 'stored', sha256: hash }
    await store.transaction((tx) =>
      tx.putDocuments([
        { kind: 'file', id: 'f1', document, buckets: ['org'], seqs: [1], generation: 1, pending: false },
      ]),
    )
    await clock.advance(3_000)
    expect(await queue.list()).toEqual([])
    expect(files.calls.some((call) => call.includes('?state'))).toBe(false)
  })

  it('another hash on the server is not a confirmation', async () => {
    const { files, clock, queue, add } = setUp()
    await add('f1', photo(10))
    files.state = { state: 'stored', sha256: 'another', code: null }
    await queue.run()
    await clock.advance(3_000)
    expect(await queue.list()).toMatchObject([{ state: 'refused', code: 'hash_differs' }])
    expect(await queue.blob('f1')).toBeDefined()
  })

  it('goes on from the offset the server holds after the line broke', async () => {
    const { files, clock, queue, add } = setUp()
    await add('f1', photo(CHUNK_BYTES * 2 + 5))
    let patches = 0
    files.afterFault = (method) => {
      if (method === 'PATCH' && ++patches === 1) throw new ConnectionLost('cut')
    }
    await queue.run()
    expect(await queue.list()).toMatchObject([{ state: 'waiting', attempts: 1 }])
    await clock.advance(10_000)
    expect(files.calls.slice(0, 5)).toEqual([
      'POST /sync/files',
      'PATCH /sync/files/1',
      'HEAD /sync/files/1',
      'PATCH /sync/files/1',
      'PATCH /sync/files/1',
    ])
    expect(files.uploads.get('/sync/files/1')?.bytes.length).toBe(CHUNK_BYTES * 2 + 5)
  })

  it('an expired upload is created anew', async () => {
    const { files, clock, queue, add } = setUp()
    await add('f1', photo(20))
    files.fault = (method) => {
      if (method === 'PATCH') throw new ConnectionLost('cut')
    }
    await queue.run()
    files.fault = () => {}
    files.uploads.clear()
    files.uploads.set('taken', { length: 0, bytes: new Uint8Array() })
    await clock.advance(10_000)
    expect(files.calls.filter((call) => call.startsWith('POST'))).toHaveLength(2)
    expect(files.uploads.get('/sync/files/2')?.bytes.length).toBe(20)
  })

  it('a refusal needs the user, who tries again or gives it up; the others go on', async () => {
    const { files, queue, add } = setUp()
    await add('f1', photo(10))
    await add('f2', photo(10))
    let posts = 0
    files.fault = (method) => {
      if (method === 'POST' && ++posts === 1) throw new Refused(413, 'too_large')
    }
    await queue.run()
    expect(await queue.list()).toMatchObject([
      { id: 'f1', state: 'refused', code: 'too_large' },
      { id: 'f2', state: 'sent' },
    ])
    await queue.retry('f1')
    await queue.run()
    expect(await queue.list()).toMatchObject([{ state: 'sent' }, { state: 'sent' }])
    await queue.discard('f1')
    expect(await queue.list()).toHaveLength(1)
    await expect(queue.retry('f1')).rejects.toMatchObject({ code: 'upload_unknown' })
  })

  it('a poor line backs off and does not try the other files meanwhile; Retry-After is kept', async () => {
    const { files, clock, queue, add } = setUp()
    for (const id of ['f1', 'f2', 'f3', 'f4']) await add(id, photo(10))
    files.fault = () => {
      throw new Refused(503, 'unavailable', {}, 60_000)
    }
    await queue.run()
    expect(files.calls.length).toBeLessThanOrEqual(PARALLEL)
    files.fault = () => {}
    await clock.advance(60_000)
    expect((await queue.list())[0]).toMatchObject({ id: 'f1', state: 'waiting' })
    await clock.advance(10_000)
    await queue.run()
    expect((await queue.list()).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'sent'])
  })

  it('comes through a line that is cut dozens of times, in either direction, and sends little twice', async () => {
    const { files, clock, queue, add } = setUp()
    const random = seededRandom(20261122)
    const blobs = [photo(CHUNK_BYTES * 12 + 345), photo(CHUNK_BYTES * 9)]
    for (const [i, blob] of blobs.entries()) await add(`f${i}`, blob)
    let cuts = 0
    files.keeps = () => (cuts < 60 ? random.number() : 1)
    files.fault = (method) => {
      if (cuts < 60 && method !== 'PATCH' && random.number() < 0.5 && ++cuts) throw new ConnectionLost('cut')
    }
    files.afterFault = () => {
      if (cuts < 60 && random.number() < 0.8 && ++cuts) throw new ConnectionLost('cut')
    }
    for (let hours = 0; hours < 48 && (await queue.list()).some(({ state }) => state !== 'sent'); hours++) {
      await clock.advance(3_600_000)
      void queue.run()
    }
    expect(cuts).toBe(60)
    expect((await queue.list()).map(({ state }) => state)).toEqual(['sent', 'sent'])
    for (const [i, blob] of blobs.entries()) {
      const kept = [...files.uploads.values()].find(({ bytes }) => bytes.length === blob.size)
      expect(await sha256(new Blob([kept?.bytes as Uint8Array<ArrayBuffer>])), `file ${i}`).toBe(await sha256(blob))
    }
  })

  it('sends a few files at a time and no more', async () => {
    const { files, queue, add } = setUp()
    for (let i = 0; i < 6; i++) await add(`f${i}`, photo(10))
    let [now, most] = [0, 0]
    const serve = files.request
    files.request = async (path, options) => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setTimeout(resolve))
      return serve(path, options).finally(() => now--)
    }
    await queue.run()
    expect(most).toBe(PARALLEL)
    expect((await queue.list()).every(({ state }) => state === 'sent')).toBe(true)
  })

  it('spares a metered line until the user or another line allows it, between two chunks too', async () => {
    const { files, clock, queue, add, line } = setUp()
    await add('f1', photo(CHUNK_BYTES * 3))
    line.mayTravel = false
    await queue.run()
    expect(files.calls).toEqual([])
    expect(await queue.list()).toMatchObject([{ state: 'waiting', code: 'metered', attempts: 0 }])
    line.mayTravel = true
    files.afterFault = (method) => {
      if (method === 'PATCH') line.mayTravel = false
    }
    await clock.advance(61_000)
    expect(await queue.list()).toMatchObject([{ state: 'waiting', code: 'metered', sent: CHUNK_BYTES }])
    files.afterFault = () => {}
    line.mayTravel = true
    await queue.release()
    await queue.run()
    expect(await queue.list()).toMatchObject([{ state: 'sent', sent: CHUNK_BYTES * 3, code: null }])
  })

  it('has limits and takes an id once', async () => {
    const { queue, add } = setUp()
    await add('f1', photo(1))
    await expect(add('f1', photo(1))).rejects.toMatchObject({ code: 'upload_exists' })
    const large = { size: 101 * 1_048_576 } as Blob
    await expect(add('f2', large)).rejects.toMatchObject({ code: 'upload_too_large' })
    expect(await queue.list()).toHaveLength(1)
  })

  it('an empty file is created and counts as sent', async () => {
    const { queue, add } = setUp()
    await add('f1', new Blob([]))
    await queue.run()
    expect(await queue.list()).toMatchObject([{ state: 'sent', bytes: 0 }])
  })

  it('stops between two chunks', async () => {
    const { files, queue, add, clock } = setUp()
    await add('f1', photo(CHUNK_BYTES * 3))
    files.afterFault = (method) => method === 'PATCH' && queue.stop()
    await queue.run()
    const calls = files.calls.length
    await clock.advance(600_000)
    expect(files.calls).toHaveLength(calls)
    expect(calls).toBeLessThan(4)
  })
})
