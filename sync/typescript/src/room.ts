/**
 * Room that is kept for mutations: ballast in the database, given up when a write is refused. Browsers that report an
 * ample quota to every page do not say when it ends.
 */

import type { Clock } from './clock'
import { EngineError } from './errors'
import { isLow, isQuotaExceeded, roomForPhotos, type StorageProbe } from './storage'
import type { Store } from './stores/store'

export interface RoomOptions {
  store: Store
  clock: Clock
  /** Left out, there is room without end and no ballast. */
  storage?: StorageProbe
}

/** `low`: photos will soon be refused; `full`: they are. */
export type Pressure = 'low' | 'full' | null

/** Some thousands of mutations. */
export const BALLAST_BYTES = 4_000_000
const BALLAST = 'ballast'
/** How often it is tried to take ballast again; a photo that is taken asks at once. */
const TRY_AGAIN_MS = 600_000
/** The most that one call makes. */
const RANDOM_BYTES = 65_536

export class Room {
  #nextTry = -Infinity

  constructor(private readonly options: RoomOptions) {}

  /** Bytes that photos may still take: none as long as mutations live on the ballast. */
  async forPhotos(): Promise<number> {
    this.#nextTry = -Infinity
    if (!(await this.keep())) return 0
    return roomForPhotos((await this.options.storage?.()) ?? null)
  }

  async pressure(): Promise<Pressure> {
    const state = (await this.options.storage?.()) ?? null
    if (roomForPhotos(state) === 0 || !(await this.keep())) return 'full'
    return isLow(state) ? 'low' : null
  }

  /** Takes ballast where there is none; whether there is. */
  async keep(): Promise<boolean> {
    const { store, clock, storage } = this.options
    if (!storage || (await this.#isKept())) return true
    if (clock.now() < this.#nextTry) return false
    this.#nextTry = clock.now() + TRY_AGAIN_MS
    const kept = store.transaction((tx) => tx.putBlob(BALLAST, ballast()))
    return kept.then(
      () => true,
      () => false,
    )
  }

  /**
   * Runs a write. One that is refused for want of room makes room, and runs once more if it may have it: a photo that
   * does not fit leaves it to the mutations.
   */
  async spend<T>(write: () => Promise<T>, mayHaveIt: boolean): Promise<T> {
    try {
      return await write()
    } catch (error) {
      if (!isFull(error) || !(await this.#isKept())) throw error
      await this.options.store.transaction((tx) => tx.deleteBlob(BALLAST))
      this.#nextTry = this.options.clock.now() + TRY_AGAIN_MS
      if (!mayHaveIt) throw error
      return write()
    }
  }

  /** Without reading it: a browser does not free a blob that a page may still look at. */
  #isKept(): Promise<boolean> {
    return this.options.store.read((tx) => tx.hasBlob(BALLAST))
  }
}

function isFull(error: unknown): boolean {
  return (error instanceof EngineError && error.code === 'storage_full') || isQuotaExceeded(error)
}

/** Nothing that a browser could compress. */
function ballast(): Blob {
  const parts = Array.from({ length: Math.ceil(BALLAST_BYTES / RANDOM_BYTES) }, () =>
    crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)),
  )
  return new Blob(parts)
}
