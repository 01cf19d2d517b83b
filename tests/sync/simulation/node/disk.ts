/** What stays of a phone when its app is gone: the database, which every tab opens, and the room there is for it. */

import { Dexie } from 'dexie'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { IndexedDbStore } from '../../../../sync/typescript/src/stores/indexeddb'
import { MemoryStore } from '../../../../sync/typescript/src/stores/memory'
import type { Store } from '../../../../sync/typescript/src/stores/store'

export type Engine = 'memory' | 'indexeddb'
/** `full`: a write is refused; `broken`: a transaction is, at its very end. */
export type Trouble = 'full' | 'broken'

export class Disk {
  readonly connect: () => Store
  /** The database as somebody sees it who looks from outside. */
  readonly view: Store
  #trouble: Trouble = 'full'
  #after = 0
  #times = 0

  constructor(user: string, engine: Engine) {
    const [memory, factory] = [new MemoryStore(user), new IDBFactory()]
    this.connect = () => {
      if (engine === 'memory') return memory
      Dexie.dependencies = { indexedDB: factory, IDBKeyRange }
      return new IndexedDbStore(user)
    }
    this.view = this.connect()
  }

  /** So many writes, or transactions, from the so-many-th on are refused. */
  fail(trouble: Trouble, after: number, times: number): void {
    this.#trouble = trouble
    this.#after = after
    this.#times = times
  }

  put(): void {
    if (this.#fails('full')) throw new DOMException('the disk is full', 'QuotaExceededError')
  }

  commit(): void {
    if (this.#fails('broken')) throw new DOMException('the transaction was aborted', 'AbortError')
  }

  #fails(trouble: Trouble): boolean {
    if (trouble !== this.#trouble || this.#times === 0) return false
    if (this.#after > 0) return --this.#after < 0
    return this.#times-- > 0
  }

  async copyTo(other: Disk): Promise<void> {
    const copied = await this.view.transaction(async (tx) => ({
      state: await tx.state(),
      rows: await tx.documentsBefore(Infinity),
      buckets: await tx.buckets(),
      entries: await tx.entries(),
    }))
    await other.view.transaction(async (tx) => {
      if (copied.state) await tx.putState(copied.state)
      await tx.putDocuments(copied.rows)
      await tx.putBuckets(copied.buckets)
      await tx.putEntries(copied.entries)
    })
  }
}
