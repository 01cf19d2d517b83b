/** The shapes that cross the wire, and the checks that an answer has them. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
/** A document as the screens see it; its fields are the business of the kind, not of the engine. */

export type Doc = { [field: string]: any }

export type Params = { [name: string]: any }

export interface DocumentKey {
  kind: string
  id: string
}

export interface Mutation {
  seq: number
  name: string
  v: number
  at: string
  args: Json
}

export type ReceiptStatus = 'applied' | 'merged' | 'rejected' | 'parked'

export interface Receipt {
  seq: number
  status: ReceiptStatus
  code?: string | null
  params?: Params | null
  flags?: Json[]
  conflicts?: { id: string; field: string }[]
}

/** What a phone says of itself; a report says nothing about what was recorded. */
export interface DeviceReport {
  unsent: number
  oldest_age_s: number | null
  uploads: number
  persisted: boolean | null
  quota: number | null
  used: number | null
}

export interface HelloRequest {
  report?: DeviceReport
  device: string
  schema: number
  app: string
  platform: string
  name: string
}

export interface Limits {
  mutations: number
  bytes: number
  rows: number
}

export interface HelloAnswer {
  epoch: string
  schema: { min: number; current: number }
  last_seq: number
  server_time: string
  limits: Limits
  user: Doc
  server: string
}

export interface PushRequest {
  report?: DeviceReport
  device: string
  epoch: string
  confirmed: number
  sent_at: string
  mutations: Mutation[]
}

export interface PushAnswer {
  epoch: string
  server_time: string
  last_seq: number
  committed: number
  receipts: Receipt[]
}

/** `[bucket, kind, id, seq, document]`; a null document is no longer in that bucket. */
export type Row = [bucket: string, kind: string, id: string, seq: number, document: Doc | null]
/** `[bucket, count, sum of seqs modulo 2^53]`. */
export type Check = [bucket: string, count: number, sum: number]

export interface PullRequest {
  device: string
  cursor: string | null
  limit: number
  refetch: string[]
}

export interface PullAnswer {
  epoch: string
  cursor: string
  more: boolean
  reset: boolean
  server_time: string
  last_seq: number
  drop: string[]
  rows: Row[]
  checks: Check[]
}

/** What is assumed until hello has said otherwise. */
export const DEFAULT_LIMITS: Limits = { mutations: 500, bytes: 4_194_304, rows: 5_000 }

type Shape = { [field: string]: 'string' | 'number' | 'boolean' | 'object' | 'array' }

function hasShape(value: unknown, shape: Shape): boolean {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Record<string, unknown>
  return Object.entries(shape).every(([field, type]) => {
    const found = fields[field]
    if (type === 'array') return Array.isArray(found)
    if (type === 'object') return typeof found === 'object' && found !== null
    return typeof found === type
  })
}

const HELLO: Shape = { epoch: 'string', schema: 'object', last_seq: 'number', limits: 'object' }
const LIMITS: Shape = { mutations: 'number', bytes: 'number', rows: 'number' }
const PUSH: Shape = { epoch: 'string', last_seq: 'number', receipts: 'array' }
const RECEIPT: Shape = { seq: 'number', status: 'string' }
const PULL: Shape = {
  epoch: 'string',
  cursor: 'string',
  more: 'boolean',
  reset: 'boolean',
  last_seq: 'number',
}
const LISTS: Shape = { drop: 'array', rows: 'array', checks: 'array' }
const STATUSES: ReadonlySet<string> = new Set<ReceiptStatus>(['applied', 'merged', 'rejected', 'parked'])

export function isHelloAnswer(value: unknown): value is HelloAnswer {
  return hasShape(value, HELLO) && hasShape((value as HelloAnswer).limits, LIMITS)
}

export function isPushAnswer(value: unknown): value is PushAnswer {
  return hasShape(value, PUSH) && (value as PushAnswer).receipts.every(isReceipt)
}

export function isPullAnswer(value: unknown): value is PullAnswer {
  if (!hasShape(value, PULL) || !hasShape(value, LISTS)) return false
  return (value as PullAnswer).rows.every(isRow)
}

function isReceipt(value: unknown): value is Receipt {
  return hasShape(value, RECEIPT) && STATUSES.has((value as Receipt).status)
}

function isRow(value: unknown): value is Row {
  if (!Array.isArray(value) || value.length < 5) return false
  const [bucket, kind, id, seq, document] = value as unknown[]
  const keyed = typeof bucket === 'string' && typeof kind === 'string' && typeof id === 'string'
  return keyed && typeof seq === 'number' && typeof document === 'object'
}

export function keyOf(key: DocumentKey): string {
  return `${key.kind}|${key.id}`
}
