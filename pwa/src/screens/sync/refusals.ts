import type { OutboxEntry } from 'cairn-sync'
import type { Refusal } from '@/generated/documents'

/** A refused mutation, from the server's record of it or, until that has arrived, from this device's outbox. */
export interface RefusedItem {
  key: string
  name: string
  v: number
  args: any
  at: string
  code: string
  params: Record<string, any>
  title: string
  authorId: string | null
  /** The server's record; null while only this device knows of the refusal. */
  refusal: Refusal | null
  /** This device's entry; null when another device recorded it. */
  entry: OutboxEntry | null
}

type SentAs = { device: string; seq: number } | undefined

const sentAs = (entry: OutboxEntry): SentAs => (entry as { sent_as?: SentAs }).sent_as

/** Every refusal once: open records of the server, joined with the entries that this device still holds. */
export function refusedItems(refusals: Refusal[], entries: OutboxEntry[]): RefusedItem[] {
  const rejected = entries.filter((entry) => entry.state === 'rejected')
  const known = new Set(refusals.map((refusal) => `${refusal.device_id} ${refusal.seq}`))
  const keyOf = (entry: OutboxEntry) => {
    const sent = sentAs(entry)
    return sent ? `${sent.device} ${sent.seq}` : null
  }
  const fromServer = refusals
    .filter((refusal) => refusal.state === 'open')
    .map((refusal): RefusedItem => {
      const key = `${refusal.device_id} ${refusal.seq}`
      return { ...wordsOfRefusal(refusal), refusal, entry: rejected.find((entry) => keyOf(entry) === key) ?? null }
    })
  const onlyHere = rejected.filter((entry) => !known.has(keyOf(entry) ?? '')).map(fromEntry)
  return [...onlyHere, ...fromServer].sort((a, b) => (a.at < b.at ? 1 : -1))
}

function wordsOfRefusal(refusal: Refusal) {
  const { id, name, v, args, at, code, params, title, author_id } = refusal
  return { key: id, name, v, args, at, code, params: params ?? {}, title: title ?? '', authorId: author_id }
}

function fromEntry(entry: OutboxEntry): RefusedItem {
  return {
    key: `entry-${entry.seq}`,
    name: entry.name,
    v: entry.v,
    args: entry.args,
    at: entry.at,
    code: entry.receipt?.code ?? 'unknown',
    params: (entry.receipt?.params ?? {}) as Record<string, any>,
    title: '',
    authorId: null,
    refusal: null,
    entry,
  }
}

/** The customer to whose timeline a refused edit can be handed over as a note; null when there is none. */
export function customerOf(item: Pick<RefusedItem, 'name' | 'args' | 'refusal'>): string | null {
  if (item.name.startsWith('accounts.')) return item.name === 'accounts.create' ? null : (item.args?.id ?? null)
  if (item.args?.account_id) return item.args.account_id
  return item.refusal?.about?.kind === 'account' ? item.refusal.about.id : null
}

export interface PayloadLine {
  field: string
  value: any
  before?: any
}

const HIDDEN = new Set([
  ...['id', 'account_id', 'plan_id', 'photo_ids', 'about', 'order_id', 'ticket_id', 'contact_id', 'lines'],
])

/** What a person put in, field by field, without the ids that mean nothing to them. */
export function payloadLines(args: any): PayloadLine[] {
  if (args?.set && typeof args.set === 'object') {
    return Object.entries(args.set).map(([field, value]) => ({ field, value, before: args.base?.[field] ?? null }))
  }
  return Object.entries(args ?? {})
    .filter(([field, value]) => !HIDDEN.has(field) && value !== null && value !== undefined)
    .map(([field, value]) => ({ field, value }))
}
