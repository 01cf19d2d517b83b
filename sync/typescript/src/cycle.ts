/** One synchronization: hello where needed, push, then pull, and the answer to every refusal that has one. */

import { skewMs, timestamp, uuidv7, type Clock, type Random } from './clock'
import { firstState, greet, startOver } from './cursor'
import { ConnectionLost, Refused } from './errors'
import type { DocumentKey, PullAnswer } from './messages'
import { lostByRestore, prune, refuseTooLarge, renumber, requeueSending } from './outbox'
import type { OutboxEntry } from './outbox'
import { rebase, type Overlay } from './overlay'
import { slices, storeSlice } from './pull'
import { pushRequest, storeReceipts, takeBatch } from './push'
import type { Store, StoreTransaction, SyncState } from './stores/store'
import type { Transport } from './transport'

export interface Profile {
  app: string
  schema: number
  platform: string
  deviceName: string
}

export interface CycleOptions {
  store: Store
  transport: Transport
  clock: Clock
  random: Random
  overlay: Overlay
  profile: Profile
  onPhase(phase: 'pushing' | 'pulling'): void
  onProgress(rows: number): void
  onChange(keys: DocumentKey[]): void
}

/** Bounds of one cycle; what is left is for the next. A batch of 500 is halved to one in nine steps. */
const RECOVERIES = 16
const REFETCHES = 3
const BATCHES = 1_000
const PAGES = 10_000

type Recovery = (refused: Refused) => Promise<void>

export class Cycle {
  #greeted = false
  #most = Infinity
  #sending: OutboxEntry[] = []

  constructor(private readonly options: CycleOptions) {}

  /**
   * Throws `Refused` or `ConnectionLost` when the server cannot be brought to take part; nothing is lost
   * then.
   */
  async run(): Promise<void> {
    for (let recoveries = 0; ; recoveries++) {
      try {
        await this.#round()
        return
      } catch (error) {
        if (!(error instanceof Refused) || recoveries === RECOVERIES) throw error
        const recover = this.#recoveries[error.code]
        if (!recover) throw error
        await recover(error)
      }
    }
  }

  /** Something about the session may have changed: say hello before the next push. */
  forgetGreeting(): void {
    this.#greeted = false
  }

  async #round(): Promise<void> {
    if (!this.#greeted) await this.#hello()
    for (let fetches = 0; fetches <= REFETCHES; fetches++) {
      await this.#pushAll()
      const { refetch } = await this.#pullAll()
      if (refetch.length === 0) break
    }
    await this.#finish()
  }

  async #hello(): Promise<void> {
    const { transport, clock, profile } = this.options
    const { device } = await this.#write(async (_, state) => state)
    const sent = clock.now()
    const { app, schema, platform, deviceName: name } = profile
    const answer = await transport.hello({ device, schema, app, platform, name })
    const changed = await this.#write(async (tx, state) => {
      state.skew_ms = skewMs(sent, clock.now(), answer.server_time)
      const restored = state.epoch !== null && state.epoch !== answer.epoch
      if (restored || state.schema !== schema) startOver(state)
      state.schema = schema
      greet(state, answer)
      await requeueSending(tx)
      return restored ? this.#renumber(tx, state, answer.last_seq, lostByRestore(clock.now())) : []
    })
    this.#greeted = true
    this.options.onChange(changed)
  }

  async #pushAll(): Promise<void> {
    const { transport, clock, overlay } = this.options
    for (let batches = 0; batches < BATCHES; batches++) {
      const request = await this.#write(async (tx, state) => {
        this.#sending = (await takeBatch(tx, state, this.#most)) ?? []
        return pushRequest(state, this.#sending, timestamp(clock))
      })
      if (request.mutations.length === 0) return
      this.options.onPhase('pushing')
      try {
        const answer = await transport.push(request)
        if (answer.epoch !== request.epoch) throw new Refused(409, 'epoch_changed', { epoch: answer.epoch })
        const sent = new Set(request.mutations.map(({ seq }) => seq))
        if (!answer.receipts.some(({ seq }) => sent.has(seq))) throw new ConnectionLost('no receipt for what was sent')
        const changed = await this.#write((tx, state) =>
          storeReceipts(tx, state, answer, this.#on(overlay, state), timestamp(clock)),
        )
        this.#most *= 2
        this.options.onChange(changed)
      } catch (error) {
        await this.options.store.transaction(requeueSending)
        throw error
      }
    }
  }

  async #pullAll(): Promise<SyncState> {
    let rows = 0
    for (let pages = 0; pages < PAGES; pages++) {
      const state = await this.#write(async (_, held) => held)
      this.options.onPhase('pulling')
      const { device, cursor, refetch, limits } = state
      const answer = await this.options.transport.pull({ device, cursor, limit: limits.rows, refetch })
      if (answer.epoch !== state.epoch) throw new Refused(409, 'epoch_changed', { epoch: answer.epoch })
      if (answer.more && answer.cursor === cursor) throw new ConnectionLost('the cursor does not move')
      const stored = await this.#storePage(cursor, answer, rows)
      rows += answer.rows.length
      if (stored && !answer.more) break
    }
    return this.#write(async (_, state) => state)
  }

  async #storePage(asked: string | null, answer: PullAnswer, before: number): Promise<boolean> {
    const { store, clock, overlay } = this.options
    let rows = before
    for (const slice of slices(answer)) {
      const changed = await store.transaction((tx) => storeSlice(tx, asked, answer, slice, overlay, timestamp(clock)))
      if (!changed) return false
      rows += slice.rows.length
      this.options.onProgress(rows)
      this.options.onChange(changed)
    }
    return true
  }

  async #finish(): Promise<void> {
    await this.#write(async (tx, state) => {
      await prune(tx, this.options.clock.now())
      state.last_synced_at = timestamp(this.options.clock)
    })
  }

  readonly #recoveries: Record<string, Recovery> = {
    epoch_changed: async () => this.forgetGreeting(),
    device_unknown: async () => this.forgetGreeting(),
    sequence_gap: async ({ params }) => {
      const lastSeq = Number.isSafeInteger(params.last_seq) ? Number(params.last_seq) : 0
      await this.#renumberNow(lastSeq, (entry) => entry.seq > lastSeq)
    },
    sequence_reused: async () => {
      const device = uuidv7(this.options.clock, this.options.random)
      await this.#renumberNow(0, () => false, device)
      this.forgetGreeting()
    },
    too_large: async () => {
      const [first, ...others] = this.#sending
      if (!first || others.length > 0) this.#most = Math.max(1, Math.floor(this.#sending.length / 2))
      else await this.#refuse(first)
    },
  }

  async #refuse({ seq }: OutboxEntry): Promise<void> {
    const { clock, overlay } = this.options
    const changed = await this.#write(async (tx, state) => {
      const refused = await refuseTooLarge(tx, state, seq, timestamp(clock))
      return rebase(tx, refused?.touches ?? [], this.#on(overlay, state))
    })
    this.options.onChange(changed)
  }

  async #renumberNow(lastSeq: number, again: (entry: OutboxEntry) => boolean, device?: string): Promise<void> {
    const changed = await this.#write((tx, state) => {
      state.device = device ?? state.device
      return this.#renumber(tx, state, lastSeq, again)
    })
    this.options.onChange(changed)
  }

  /** What is sent again shows its effect again, in the same transaction. */
  async #renumber(
    tx: StoreTransaction,
    state: SyncState,
    lastSeq: number,
    again: (entry: OutboxEntry) => boolean,
  ): Promise<DocumentKey[]> {
    await renumber(tx, state, lastSeq, again)
    return rebase(tx, [], this.#on(this.options.overlay, state))
  }

  #on(overlay: Overlay, state: SyncState): Overlay {
    return { ...overlay, generation: state.generation }
  }

  /** One transaction on the state, which is made on first use. */
  #write<T>(work: (tx: StoreTransaction, state: SyncState) => Promise<T>): Promise<T> {
    const { store, clock, random, profile } = this.options
    return store.transaction(async (tx) => {
      const state = (await tx.state()) ?? firstState(uuidv7(clock, random), profile.schema)
      const result = await work(tx, state)
      await tx.putState(state)
      return result
    })
  }
}
