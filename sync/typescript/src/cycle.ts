/** One synchronization: hello where needed, push, then pull, and the answer to every refusal that has one. */

import { skewMs, timestamp, uuidv7, type Clock, type Random } from './clock'
import { askForLost, currentState, greet, startOver } from './cursor'
import { ConnectionLost, Refused, Superseded } from './errors'
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
/** A line that is too slow for a whole request gets smaller ones, but no smaller than these. */
const FEWEST = { mutations: 10, rows: 100 }

type Recovery = (refused: Refused) => Promise<void>

export class Cycle {
  #greeted = false
  #checked = false
  /** After `too_large`; grows again with every batch that is taken. */
  #most = Infinity
  /** What a slow line has borne, until a whole cycle has gone well. */
  #bearable = { mutations: Infinity, rows: Infinity }
  #sending: OutboxEntry[] = []
  #term = 0
  #halt = new AbortController()

  constructor(private readonly options: CycleOptions) {}

  /**
   * Throws `Refused` or `ConnectionLost` when the server cannot be brought to take part, `Superseded` when it is
   * not this tab's turn any more; nothing is lost then.
   */
  async run(): Promise<void> {
    this.#halt = new AbortController()
    await this.#begin()
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

  /** Ends the cycle under way before its next step. */
  halt(): void {
    this.#halt.abort()
  }

  /** Something about the session may have changed: say hello before the next push. */
  forgetGreeting(): void {
    this.#greeted = false
  }

  async #begin(): Promise<void> {
    const { store } = this.options
    this.#term = await store.transaction(async (tx) => {
      const state = await this.#state(tx)
      const term = (state.term ?? 0) + 1
      await tx.putState({ ...state, term })
      return term
    })
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
    const { store, transport, clock, profile } = this.options
    const { device } = await this.#write(async (_, state) => state)
    const sent = clock.now()
    const { app, schema, platform, deviceName: name } = profile
    const answer = await transport.hello({ device, schema, app, platform, name }, this.#halt.signal)
    // Somebody else has signed in at this browser: what is recorded here is not theirs to send.
    if (answer.user.id !== undefined && answer.user.id !== store.userId) throw new Refused(401, 'session_ended')
    const changed = await this.#write(async (tx, state) => {
      state.skew_ms = skewMs(sent, clock.now(), answer.server_time)
      const restored = state.epoch !== null && state.epoch !== answer.epoch
      if (!restored) mustBeOurs(state, answer.last_seq)
      if (restored || state.schema !== schema) startOver(state)
      state.schema = schema
      greet(state, answer)
      if (!this.#checked) await askForLost(tx, state)
      await requeueSending(tx)
      return restored ? this.#renumber(tx, state, answer.last_seq, lostByRestore(clock.now())) : []
    })
    this.#greeted = this.#checked = true
    this.options.onChange(changed)
  }

  async #pushAll(): Promise<void> {
    const { transport, clock, overlay } = this.options
    for (let batches = 0; batches < BATCHES; batches++) {
      const request = await this.#write(async (tx, state) => {
        this.#sending = (await takeBatch(tx, state, Math.min(this.#most, this.#bearable.mutations))) ?? []
        return pushRequest(state, this.#sending, timestamp(clock))
      })
      if (request.mutations.length === 0) return
      this.options.onPhase('pushing')
      try {
        const answer = await transport.push(request, this.#halt.signal)
        if (answer.epoch !== request.epoch) throw new Refused(409, 'epoch_changed', { epoch: answer.epoch })
        const sent = new Set(request.mutations.map(({ seq }) => seq))
        if (!answer.receipts.some(({ seq }) => sent.has(seq))) throw new ConnectionLost('no receipt for what was sent')
        const changed = await this.#write((tx, state) =>
          storeReceipts(tx, state, answer, this.#on(overlay, state), timestamp(clock)),
        )
        this.#most *= 2
        this.options.onChange(changed)
      } catch (error) {
        if (tooSlow(error)) this.#bear('mutations', this.#sending.length)
        await this.#requeue()
        throw error
      }
    }
  }

  async #pullAll(): Promise<SyncState> {
    let rows = 0
    for (let pages = 0; pages < PAGES; pages++) {
      const state = await this.#write(async (_, held) => held)
      this.options.onPhase('pulling')
      const { cursor } = state
      const answer = await this.#pull(state)
      if (answer.epoch !== state.epoch) throw new Refused(409, 'epoch_changed', { epoch: answer.epoch })
      if (answer.more && answer.cursor === cursor) throw new ConnectionLost('the cursor does not move')
      const stored = await this.#storePage(cursor, answer, rows)
      rows += answer.rows.length
      if (stored && !answer.more) break
    }
    return this.#write(async (_, state) => state)
  }

  async #pull({ device, cursor, refetch, limits }: SyncState): Promise<PullAnswer> {
    const limit = Math.min(limits.rows, this.#bearable.rows)
    try {
      return await this.options.transport.pull({ device, cursor, limit, refetch }, this.#halt.signal)
    } catch (error) {
      if (tooSlow(error)) this.#bear('rows', limit)
      throw error
    }
  }

  async #storePage(asked: string | null, answer: PullAnswer, before: number): Promise<boolean> {
    const { store, clock, overlay } = this.options
    let rows = before
    for (const slice of slices(answer)) {
      const changed = await store.transaction(async (tx) => {
        mustBeOurs(await this.#mine(tx), answer.last_seq)
        return storeSlice(tx, asked, answer, slice, overlay, timestamp(clock))
      })
      if (!changed) return false
      rows += slice.rows.length
      this.options.onProgress(rows)
      this.options.onChange(changed)
    }
    return true
  }

  #bear(what: 'mutations' | 'rows', tooMany: number): void {
    this.#bearable[what] = Math.max(FEWEST[what], Math.floor(tooMany / 2))
  }

  async #finish(): Promise<void> {
    this.#bearable = { mutations: Infinity, rows: Infinity }
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

  /** No answer came: what this cycle was sending waits again. Another tab's is none of its business. */
  async #requeue(): Promise<void> {
    await this.options.store.transaction(async (tx) => {
      if ((await this.#state(tx)).term === this.#term) await requeueSending(tx)
    })
  }

  /** One transaction on the state. */
  #write<T>(work: (tx: StoreTransaction, state: SyncState) => Promise<T>): Promise<T> {
    return this.options.store.transaction(async (tx) => {
      const state = await this.#mine(tx)
      const result = await work(tx, state)
      await tx.putState(state)
      return result
    })
  }

  /** The state, as long as it is this cycle's turn to change it. */
  async #mine(tx: StoreTransaction): Promise<SyncState> {
    const state = await this.#state(tx)
    if (state.term !== this.#term || this.#halt.signal.aborted) throw new Superseded()
    return state
  }

  #state(tx: StoreTransaction): Promise<SyncState> {
    const { clock, random, profile } = this.options
    return currentState(tx, () => uuidv7(clock, random), profile.schema)
  }
}

/** A server that knows more of this device than the device itself: this storage was cloned, or rolled back. */
function mustBeOurs(state: SyncState, lastSeq: number): void {
  if (lastSeq >= state.next_seq) throw new Refused(409, 'sequence_reused')
}

function tooSlow(error: unknown): boolean {
  return error instanceof ConnectionLost && error.tooSlow
}
