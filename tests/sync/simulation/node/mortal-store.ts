/**
 * A store whose tab can die or freeze at any await: what was not committed is gone, and nobody hears more. The disk
 * beneath outlives it, and may refuse what is written.
 */

import { keyOf } from '../../../../sync/typescript/src/messages'
import type { Store, StoreTransaction } from '../../../../sync/typescript/src/stores/store'
import type { Disk } from './disk'
import type { Life } from './life'

const never = () => new Promise<never>(() => {})

/** Told, after a transaction that wrote documents, which. */
export type Committed = (store: Store, written: string[]) => Promise<void>

export class MortalStore implements Store {
  readonly #inner: Store

  constructor(
    private readonly disk: Disk,
    private readonly life: Life,
    private readonly committed: Committed,
  ) {
    this.#inner = disk.connect()
  }

  get userId() {
    return this.#inner.userId
  }
  get name() {
    return this.#inner.name
  }

  read<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    return this.transaction(work)
  }

  async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    const { life, disk } = this
    await woken(life)
    const written: string[] = []
    try {
      const result = await this.#inner.transaction(async (tx) => {
        const worked = await work(mortal(tx, life, disk, written))
        disk.commit()
        return worked
      })
      if (written.length > 0) await this.committed(this.#inner, written)
      life.pass()
      await woken(life)
      return result
    } catch (error) {
      if (life.dead) return never()
      throw error
    }
  }

  get = (kind: string, id: string) => this.#inner.get(kind, id)
  list = (...asked: Parameters<Store['list']>) => this.#inner.list(...asked)
  count = (kind: string, ref?: string) => this.#inner.count(kind, ref)
  entriesTouching = (id: string) => this.#inner.entriesTouching(id)
  wipe = () => this.#inner.wipe()
  close = async () => {}
}

async function woken(life: Life): Promise<void> {
  if (!life.awake) await new Promise<void>((resolve) => life.whenAwake(resolve))
}

/** Every call is an await that the tab may not live to see the end of. */
function mortal(tx: StoreTransaction, life: Life, disk: Disk, written: string[]): StoreTransaction {
  return new Proxy(tx, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...values: any[]) => {
        life.pass()
        if (String(name).startsWith('put')) disk.put()
        if (name === 'putDocuments' || name === 'deleteDocuments') written.push(...values[0].map(keyOf))
        const result: unknown = await member.apply(target, values)
        life.pass()
        return result
      }
    },
  })
}
