/**
 * A store whose app can die at any await: what was not committed is gone, and nobody hears more. It can also be
 * full. The database beneath outlives it.
 */

import type { Store, StoreTransaction } from '../../../../sync/typescript/src/stores/store'

class Died extends Error {}
const never = () => new Promise<never>(() => {})

/** One life of an app: from its start until it is killed. */
export class Life {
  dead = false
  #left = Infinity
  /** So many more writes are refused, as by a full disk. */
  full = 0

  constructor(private readonly onDeath: () => void) {}

  /** It ends at the so-many-th await from now on. */
  endAfter(awaits: number): void {
    this.#left = awaits
    if (awaits <= 0) this.end()
  }

  end(): void {
    if (this.dead) return
    this.dead = true
    this.onDeath()
  }

  pass(): void {
    if (--this.#left <= 0) this.end()
    if (this.dead) throw new Died()
  }
}

export type Committed = (store: Store) => Promise<void>

export class MortalStore implements Store {
  constructor(
    readonly inner: Store,
    private readonly life: Life,
    private readonly committed: Committed,
  ) {}

  get userId() {
    return this.inner.userId
  }
  get name() {
    return this.inner.name
  }

  read<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    return this.transaction(work)
  }

  async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    if (this.life.dead) return never()
    try {
      const result = await this.inner.transaction((tx) => work(mortal(tx, this.life)))
      await this.committed(this.inner)
      this.life.pass()
      return result
    } catch (error) {
      if (this.life.dead) return never()
      throw error
    }
  }

  get = (kind: string, id: string) => this.inner.get(kind, id)
  list = (...asked: Parameters<Store['list']>) => this.inner.list(...asked)
  count = (kind: string, ref?: string) => this.inner.count(kind, ref)
  entriesTouching = (id: string) => this.inner.entriesTouching(id)
  wipe = () => this.inner.wipe()
  close = async () => {}
}

/** Every call is an await that the app may not live to see the end of. */
function mortal(tx: StoreTransaction, life: Life): StoreTransaction {
  return new Proxy(tx, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...values: unknown[]) => {
        life.pass()
        if (String(name).startsWith('put') && life.full > 0) {
          life.full--
          throw new DOMException('the disk is full', 'QuotaExceededError')
        }
        const result: unknown = await member.apply(target, values)
        life.pass()
        return result
      }
    },
  })
}
