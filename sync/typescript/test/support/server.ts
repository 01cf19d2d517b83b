/** A server small enough to read at once that keeps the protocol's promises, with every fault a test may want. */

import { addModulo } from '../../src/checks'
import { ConnectionLost, Refused } from '../../src/errors'
import { mergeRecord } from '../../src/merge'
import { DEFAULT_LIMITS, keyOf } from '../../src/messages'
import type { Check, Doc, HelloAnswer, HelloRequest, Limits, Mutation, Row } from '../../src/messages'
import type { PullAnswer, PullRequest, PushAnswer, PushRequest, Receipt } from '../../src/messages'
import type { RequestOptions, Transport } from '../../src/transport'

interface Stored {
  kind: string
  id: string
  seq: number
  document: Doc
  buckets: Set<string>
}
interface Device {
  id: string
  last_seq: number
  payloads: Map<number, string>
  receipts: Map<number, Receipt>
}
interface Cursor {
  epoch: string
  seq: number
  held: string[]
}

export type Fault = (path: string, message: unknown) => void | Promise<void>

export class FakeServer implements Transport {
  epoch = 'e1'
  limits: Limits = { ...DEFAULT_LIMITS }
  granted = new Set(['org', 'user:u'])
  /** Runs before a request has any effect; what it throws is what the phone sees. */
  before: Fault = () => {}
  /** Runs when everything is done; throwing here loses the answer. */
  after: Fault = () => {}
  readonly requests: { path: string; message: unknown }[] = []
  readonly devices = new Map<string, Device>()
  readonly executed: string[] = []
  readonly parked: [device: string, seq: number][] = []
  #documents = new Map<string, Stored>()
  #removals: { bucket: string; kind: string; id: string; seq: number }[] = []
  #seq = 0
  #pages = new Map<string, PullAnswer>()
  #page = 0

  hello(message: HelloRequest): Promise<HelloAnswer> {
    return this.#serve('/sync/hello', message, () => {
      const device = this.#device(message.device)
      const { epoch, limits } = this
      const about = {
        schema: { min: 1, current: 1 },
        server_time: '2026-11-22T10:00:00.000Z',
        user: {},
        server: 'fake',
      }
      return { epoch, limits, last_seq: device.last_seq, ...about }
    })
  }

  push(message: PushRequest): Promise<PushAnswer> {
    return this.#serve('/sync/push', message, () => {
      const device = this.devices.get(message.device)
      if (!device) throw new Refused(409, 'device_unknown')
      if (message.epoch !== this.epoch) throw new Refused(409, 'epoch_changed', { epoch: this.epoch })
      const [first] = message.mutations
      if (first && first.seq > device.last_seq + 1) {
        throw new Refused(409, 'sequence_gap', { last_seq: device.last_seq })
      }
      const reused = ({ seq, ...payload }: Mutation) => {
        const known = device.payloads.get(seq)
        return known !== undefined && known !== JSON.stringify(payload)
      }
      if (message.mutations.some(reused)) throw new Refused(409, 'sequence_reused')
      const receipts = message.mutations.map((mutation) => this.#execute(device, mutation))
      return { epoch: this.epoch, server_time: '', last_seq: device.last_seq, committed: this.#seq, receipts }
    })
  }

  pull(message: PullRequest): Promise<PullAnswer> {
    return this.#serve('/sync/pull', message, () => {
      const device = this.devices.get(message.device)
      if (!device) throw new Refused(409, 'device_unknown')
      const kept = message.cursor === null ? undefined : this.#pages.get(message.cursor)
      if (kept) return kept
      return this.#answer(message, device.last_seq)
    })
  }

  async request(path: string, _options: RequestOptions): Promise<Response> {
    throw new ConnectionLost(`${path} is not served here`)
  }

  /** What others did. */
  put(kind: string, id: string, document: Doc, buckets = ['org']): void {
    const held = this.#documents.get(keyOf({ kind, id }))
    const seq = ++this.#seq
    for (const bucket of held?.buckets ?? []) {
      if (!buckets.includes(bucket)) this.#removals.push({ bucket, kind, id, seq })
    }
    this.#documents.set(keyOf({ kind, id }), {
      kind,
      id,
      seq,
      document: { ...document },
      buckets: new Set(buckets),
    })
  }

  remove(kind: string, id: string): void {
    const held = this.#documents.get(keyOf({ kind, id }))
    const seq = ++this.#seq
    for (const bucket of held?.buckets ?? []) this.#removals.push({ bucket, kind, id, seq })
    this.#documents.delete(keyOf({ kind, id }))
  }

  document(kind: string, id: string): Doc | undefined {
    return this.#documents.get(keyOf({ kind, id }))?.document
  }

  /** Gives up on everything that was parked: the final verdicts go out as documents. */
  rejectParked(): void {
    for (const [device_id, seq] of this.parked.splice(0)) {
      const id = `receipt-${device_id}-${seq}`
      this.put('receipt', id, { id, device_id, seq, status: 'rejected', code: 'malformed' }, ['user:u'])
    }
  }

  /** What a phone with these grants must show, by `kind|id`. */
  visible(): Record<string, Doc> {
    const granted = [...this.#documents.values()].filter(({ buckets }) => [...buckets].some((b) => this.granted.has(b)))
    return Object.fromEntries(granted.map((row) => [keyOf(row), row.document]))
  }

  /** The database as it is now, to be put back later under a new epoch. */
  backup(): (epoch: string) => void {
    const { devices: live, parked: judged } = this
    const tables = {
      documents: this.#documents,
      removals: this.#removals,
      seq: this.#seq,
      devices: live,
      parked: judged,
    }
    const copy = structuredClone(tables)
    return (epoch) => {
      const { documents, removals, seq, devices, parked } = structuredClone(copy)
      this.parked.splice(0, Infinity, ...parked)
      this.#documents = documents
      this.#removals = removals
      this.#seq = seq
      this.devices.clear()
      for (const [id, device] of devices) this.devices.set(id, device)
      this.#pages.clear()
      this.epoch = epoch
    }
  }

  async #serve<T>(path: string, message: unknown, work: () => T): Promise<T> {
    this.requests.push({ path, message: structuredClone(message) })
    await this.before(path, message)
    const answer = structuredClone(work())
    await this.after(path, message)
    return answer
  }

  #device(id: string): Device {
    const device = this.devices.get(id) ?? { id, last_seq: 0, payloads: new Map(), receipts: new Map() }
    this.devices.set(id, device)
    return device
  }

  #execute(device: Device, { seq, ...mutation }: Mutation): Receipt {
    const known = device.receipts.get(seq)
    if (known) return known
    const receipt = { ...this.#apply(mutation), seq } as Receipt
    if (receipt.status === 'parked') this.parked.push([device.id, seq])
    device.receipts.set(seq, receipt)
    device.payloads.set(seq, JSON.stringify(mutation))
    device.last_seq = seq
    this.executed.push(String((mutation.args as Doc).token ?? (mutation.args as Doc).id))
    return receipt
  }

  #apply({ name, args }: Omit<Mutation, 'seq'>): Omit<Receipt, 'seq'> {
    const { id, set, base, token, ...fields } = args as Doc
    if (name === 'items.create') {
      if (!this.document('item', id)) this.put('item', id, { id, ...fields })
      return { status: 'applied', flags: [] }
    }
    if (name === 'items.forbid') return { status: 'rejected', code: 'not_permitted', params: {} }
    if (name === 'items.park') return { status: 'parked' }
    const current = this.document('item', id)
    if (!current) return { status: 'rejected', code: 'not_found', params: { id } }
    const { merged, conflicts } = mergeRecord({}, base, current, set)
    if (JSON.stringify(merged) !== JSON.stringify(current)) this.put('item', id, merged)
    if (conflicts.length === 0) return { status: 'applied', flags: [] }
    return { status: 'merged', conflicts: conflicts.map((field) => ({ id: `conflict-${id}`, field })) }
  }

  #answer({ cursor, limit, refetch }: PullRequest, lastSeq: number): PullAnswer {
    const from: Cursor | null = cursor === null ? null : cursorOf(cursor)
    if (from && from.epoch !== this.epoch) throw new Refused(409, 'epoch_changed', { epoch: this.epoch })
    const held = new Set(from?.held)
    const whole = new Set([...this.granted].filter((bucket) => !held.has(bucket) || refetch.includes(bucket)))
    const drop = [...held].filter((bucket) => !this.granted.has(bucket) || refetch.includes(bucket))
    const rows = this.#rowsSince(from?.seq ?? 0, whole)
    const changed = [...new Set([...whole, ...rows.map(([bucket]) => bucket)])]
    const next: Cursor = { epoch: this.epoch, seq: this.#seq, held: [...this.granted] }
    const head = { epoch: this.epoch, server_time: '', last_seq: lastSeq }
    return this.#paged(rows, limit, {
      ...{ ...head, cursor: JSON.stringify(next), more: false, reset: from === null, drop },
      ...{ rows: [], checks: changed.map((bucket) => this.#check(bucket)) },
    })
  }

  #rowsSince(seq: number, whole: Set<string>): Row[] {
    const followed = (bucket: string, at: number) => this.granted.has(bucket) && (whole.has(bucket) || at > seq)
    const present = [...this.#documents.values()].flatMap((row) =>
      [...row.buckets]
        .filter((bucket) => followed(bucket, row.seq))
        .map((bucket): Row => [bucket, row.kind, row.id, row.seq, row.document]),
    )
    const gone = this.#removals
      .filter(({ bucket, seq: at }) => at > seq && this.granted.has(bucket) && !whole.has(bucket))
      .map(({ bucket, kind, id, seq: at }): Row => [bucket, kind, id, at, null])
    return [...present, ...gone].sort((a, b) => a[3] - b[3])
  }

  #paged(rows: Row[], limit: number, last: PullAnswer): PullAnswer {
    const pages = Math.max(1, Math.ceil(rows.length / limit))
    const cursors = Array.from({ length: pages - 1 }, () => `page-${++this.#page}`)
    const answers = Array.from({ length: pages }, (_, i): PullAnswer => {
      const page = { ...last, rows: rows.slice(i * limit, (i + 1) * limit) }
      const first = i === 0 ? {} : { reset: false, drop: [] }
      const open = i === pages - 1 ? {} : { more: true, checks: [], cursor: cursors[i] as string }
      return { ...page, ...first, ...open }
    })
    answers.slice(1).forEach((answer, i) => this.#pages.set(cursors[i] as string, answer))
    return answers[0] as PullAnswer
  }

  #check(bucket: string): Check {
    const rows = [...this.#documents.values()].filter(({ buckets }) => buckets.has(bucket))
    return [bucket, rows.length, rows.reduce((sum, { seq }) => addModulo(sum, seq), 0)]
  }
}

/** A page of a closed history is known to nobody. */
function cursorOf(text: string): Cursor {
  return text.startsWith('page-') ? { epoch: 'closed', seq: 0, held: [] } : (JSON.parse(text) as Cursor)
}
