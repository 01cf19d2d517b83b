/** Recording: a mutation takes its number in the transaction that stores it, its effect and its photos. */

import { timestamp, uuidv7 } from './clock'
import { currentState } from './cursor'
import { EngineError } from './errors'
import { DEFAULT_LIMITS } from './messages'
import type { EngineOptions } from './options'
import { OUTBOX_LIMIT, type OutboxEntry } from './outbox'
import { layOver, type Overlay } from './overlay'
import { bytesOf, ENVELOPE_BYTES, wireMutation } from './push'
import type { StoreTransaction } from './stores/store'

export interface Draft {
  name: string
  v: number
  args: unknown
}

/**
 * Exactly what JSON will carry, whatever proxies and undefined fields the screen hands over; throws for a name this
 * app does not record.
 */
export function draftOf(name: string, args: unknown, versions: EngineOptions['versions']): Draft {
  const v = Object.hasOwn(versions, name) ? versions[name] : undefined
  if (v === undefined) throw new EngineError('unknown_mutation', { name })
  return { name, v, args: JSON.parse(JSON.stringify(args ?? {})) as unknown }
}

/** Throws where the outbox is full or the mutation larger than a push. */
export async function storeDraft(
  tx: StoreTransaction,
  draft: Draft,
  overlay: Overlay,
  { clock, random, schema }: Pick<EngineOptions, 'clock' | 'random' | 'schema'>,
): Promise<OutboxEntry> {
  const waiting = (await tx.countIn('queued')) + (await tx.countIn('sending'))
  if (waiting >= OUTBOX_LIMIT) throw new EngineError('outbox_full', { limit: OUTBOX_LIMIT })
  const state = await currentState(tx, () => uuidv7(clock, random), schema)
  const entry: OutboxEntry = {
    ...{ seq: state.next_seq, ...draft, at: timestamp(clock) },
    ...{ state: 'queued', touches: [], settled: false, dismissed: false },
  }
  const limit = Math.min(state.limits.bytes, DEFAULT_LIMITS.bytes) - ENVELOPE_BYTES
  const bytes = bytesOf(wireMutation(entry))
  if (bytes > limit) throw new EngineError('mutation_too_large', { bytes, limit })
  entry.touches = await layOver(tx, entry, { ...overlay, generation: state.generation })
  await tx.putEntries([entry])
  await tx.putState({ ...state, next_seq: state.next_seq + 1 })
  return entry
}
