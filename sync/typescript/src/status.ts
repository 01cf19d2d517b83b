/** What the user always sees: saved here, saved on the server, needs attention. */

import { ConnectionLost, EngineError, Refused, Superseded } from './errors'
import { Listeners } from './listeners'
import type { Params } from './messages'
import { needsAttention } from './outbox'
import type { Channel } from './channel'
import type { Store } from './stores/store'

export type Phase = 'idle' | 'pushing' | 'pulling' | 'offline' | 'signed_out' | 'revoked' | 'upgrade_required' | 'error'

export interface SyncStatus {
  phase: Phase
  waiting: number
  oldestWaitingAt: string | null
  attention: number
  lastSyncedAt: string | null
  error: { code: string; params: Params } | null
  leader: boolean
  progress: { rows: number } | null
  uploads: { waiting: number; bytes: number }
  /** When an administrator had this phone erased, and how much could not be sent before. */
  wiped: { at: string; lost: number } | null
  /** How far this phone's clock is behind the server's, as last measured. */
  skewMs: number | null
}

export function firstStatus(): SyncStatus {
  return {
    phase: 'idle',
    waiting: 0,
    oldestWaitingAt: null,
    attention: 0,
    lastSyncedAt: null,
    error: null,
    leader: false,
    progress: null,
    uploads: { waiting: 0, bytes: 0 },
    wiped: null,
    skewMs: null,
  }
}

export type StoredStatus = Pick<
  SyncStatus,
  'waiting' | 'oldestWaitingAt' | 'attention' | 'lastSyncedAt' | 'uploads' | 'wiped' | 'skewMs'
>

/** The part of the status that the database knows, the same in every tab. */
export function readStatus(store: Store): Promise<StoredStatus & { revoked: boolean }> {
  return store.read(async (tx) => {
    const [sending, queued, rejected, merged, files, state, underWay, toSend] = await Promise.all([
      tx.entriesIn('sending', 1),
      tx.entriesIn('queued', 1),
      tx.entriesIn('rejected'),
      tx.entriesIn('merged'),
      tx.uploads(),
      tx.state(),
      tx.countIn('sending'),
      tx.countIn('queued'),
    ])
    const uploads = files.filter((file) => file.state !== 'refused')
    return {
      waiting: underWay + toSend,
      oldestWaitingAt: [...sending, ...queued].map(({ at }) => at).sort()[0] ?? null,
      attention: [...rejected, ...merged].filter(needsAttention).length + files.length - uploads.length,
      lastSyncedAt: state?.last_synced_at ?? null,
      uploads: {
        waiting: uploads.length,
        bytes: uploads.reduce((sum, { bytes, sent }) => sum + bytes - sent, 0),
      },
      skewMs: state?.skew_ms ?? null,
      revoked: state?.revoked ?? false,
      wiped: state?.wiped ? { at: state.wiped.at, lost: state.wiped.lost } : null,
    }
  })
}

const PHASES: Record<string, Phase> = {
  session_ended: 'signed_out',
  device_revoked: 'revoked',
  upgrade_required: 'upgrade_required',
  too_many_requests: 'offline',
  unavailable: 'offline',
}

/** What a failed cycle means to the user; a lost connection is no error, it is the field. */
export function phaseAfter(error: unknown): Pick<SyncStatus, 'phase' | 'error'> {
  if (error instanceof ConnectionLost) return { phase: 'offline', error: null }
  if (error instanceof Superseded) return { phase: 'idle', error: null }
  if (error instanceof EngineError) return { phase: 'error', error: { code: error.code, params: error.params } }
  if (!(error instanceof Refused))
    return { phase: 'error', error: { code: 'internal', params: { reason: String(error) } } }
  const known = PHASES[error.code] ?? (error.status === 401 ? 'signed_out' : undefined)
  const phase = known ?? (error.status === 429 || error.status === 503 ? 'offline' : 'error')
  return { phase, error: { code: error.code, params: error.params } }
}

/** Holds the status of this tab: what the database says, and what the leader does. */
export class StatusBoard {
  revoked = false
  #status = firstStatus()
  readonly #listeners = new Listeners<SyncStatus>()

  constructor(
    private readonly store: Store,
    private readonly channel: Channel,
  ) {}

  status(): SyncStatus {
    return this.#status
  }

  onStatus(listener: (status: SyncStatus) => void): () => void {
    return this.#listeners.add(listener)
  }

  /** Never throws: what was just stored is stored, whether or not it can be counted. */
  async refresh(): Promise<void> {
    const read = await readStatus(this.store).catch(() => null)
    if (!read) return
    const { revoked, ...stored } = read
    this.revoked = revoked
    this.#change(revoked ? { ...stored, phase: 'revoked' } : stored)
  }

  /** What this tab does as the leader; the others are told. */
  lead(part: Partial<Pick<SyncStatus, 'phase' | 'error' | 'progress' | 'leader'>>): void {
    this.#change(part)
    this.announce()
  }

  /** The leader's sign of life, and all that a new tab needs to know. */
  announce(): void {
    const { phase, error, progress } = this.#status
    this.channel.post({ type: 'leader', part: { phase, error, progress } })
  }

  follow(part: Pick<SyncStatus, 'phase' | 'error' | 'progress'>): void {
    if (!this.#status.leader) this.#change(part)
  }

  #change(part: Partial<SyncStatus>): void {
    this.#status = { ...this.#status, ...part }
    this.#listeners.tell(this.#status)
  }
}
