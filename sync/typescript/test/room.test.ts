import { describe, expect, it } from 'vitest'
import { EngineError } from '../src/errors'
import type { StorageState } from '../src/storage'
import type { Store, StoreTransaction } from '../src/stores/store'
import { phone, states, STORES } from './support/phone'
import { settle } from './support/ports'

const AMPLE: StorageState = { used: 10_000_000, quota: 10_000_000_000, persisted: false }

/** A disk that can be full: then a write is refused for as long as the ballast takes the room. */
function limited(store: Store) {
  const disk = { full: false }
  const transaction = store.transaction.bind(store)
  store.transaction = (work) =>
    transaction(async (tx) => {
      let grows = false
      const watched = new Proxy(tx, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name)
          grows ||= String(name).startsWith('put')
          return typeof member === 'function' ? member.bind(target) : member
        },
      })
      const result = await work(watched)
      if (disk.full && grows && (await tx.hasBlob('ballast'))) throw new EngineError('storage_full')
      return result
    })
  return disk
}

describe.each(STORES)('a browser that does not say when the room ends, over %s', (_, make) => {
  const photo = { id: 'f', blob: new Blob(['12345']), filename: 'f.jpg', filetype: 'image/jpeg' }
  const photos = [{ ...photo, about: { kind: 'item', id: 'a' } }]

  it('refuses a photo, gives its ballast up for mutations, and takes it back when there is room again', async () => {
    const { engine, store, clock } = phone(make, { storage: async () => AMPLE })
    const ballast = () => store.read((tx) => tx.hasBlob('ballast'))
    const disk = limited(store)
    await engine.syncNow()
    await settle()
    expect([await ballast(), await engine.room.pressure()]).toEqual([true, null])
    disk.full = true
    await expect(engine.record('items.create', { id: 'a' }, photos)).rejects.toMatchObject({ code: 'storage_full' })
    expect([await states(engine), await ballast()]).toEqual([[], false])
    await engine.record('items.create', { id: 'a' })
    expect([await states(engine), await ballast(), await engine.room.pressure()]).toEqual([['1 queued'], false, 'full'])
    store.transaction = refusing(store, 'putBlob')
    await expect(engine.record('items.create', { id: 'b' }, photos)).rejects.toMatchObject({ code: 'photo_no_room' })
    await engine.record('items.create', { id: 'b' })
    await clock.advance(600_000)
    expect(await engine.room.pressure()).toBe('full')
    Reflect.deleteProperty(store, 'transaction')
    await engine.record('items.create', { id: 'c' }, photos)
    expect([await ballast(), await engine.room.pressure()]).toEqual([true, null])
    expect(await states(engine)).toEqual(['1 queued', '2 queued', '3 queued'])
  })

  it('gives it up for a mutation that is refused, too', async () => {
    const { engine, store } = phone(make, { storage: async () => AMPLE })
    const disk = limited(store)
    await engine.room.keep()
    disk.full = true
    await engine.record('items.create', { id: 'a' })
    expect([await states(engine), await engine.room.pressure()]).toEqual([['1 queued'], 'full'])
  })

  it('says it where not even the ballast makes room', async () => {
    const { engine, store } = phone(make, { storage: async () => AMPLE })
    await engine.room.keep()
    store.transaction = refusing(store, 'putEntries')
    await expect(engine.record('items.create', { id: 'a' })).rejects.toMatchObject({ code: 'storage_full' })
    Reflect.deleteProperty(store, 'transaction')
    expect(await states(engine)).toEqual([])
  })
})

/** Transactions of which one kind of write is refused. */
function refusing(store: Store, write: keyof StoreTransaction): Store['transaction'] {
  const transaction = Object.getPrototypeOf(store).transaction.bind(store) as Store['transaction']
  return (work) =>
    transaction((tx) => {
      const refuse = () => Promise.reject(new EngineError('storage_full'))
      return work(
        new Proxy(tx, {
          get(target, name) {
            const member: unknown = Reflect.get(target, name)
            if (name === write) return refuse
            return typeof member === 'function' ? member.bind(target) : member
          },
        }),
      )
    })
}
