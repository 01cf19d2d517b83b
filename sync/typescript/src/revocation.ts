/** What becomes of a phone that was shut out, or that is to erase itself (PROTOCOL.md, 4 and 5.2). */

import { pause, timestamp, type Clock } from './clock'
import { firstState, forgetDocuments } from './cursor'
import { Refused } from './errors'
import type { DocumentKey } from './messages'
import type { StatusBoard } from './status'
import type { Store, StoreTransaction } from './stores/store'
import type { Transport } from './transport'
import type { UploadQueue } from './uploads'

export interface RevocationOptions {
  store: Store
  transport: Transport
  clock: Clock
  board: StatusBoard
  uploads: UploadQueue
  onChange(keys: DocumentKey[]): void
}

/** How long a phone that is to be erased goes on sending its photos. */
const LAST_UPLOADS_MS = 120_000

export class Revocation {
  constructor(private readonly options: RevocationOptions) {}

  /** The server has refused this device for good; with `wipe`, everything that it holds goes. */
  async begin(wipe: boolean): Promise<void> {
    const { store, board } = this.options
    if (wipe) return this.#erase()
    await store.transaction(async (tx) => {
      const state = await tx.state()
      if (state) await tx.putState({ ...state, revoked: true })
    })
    await board.refresh()
    const { waiting, attention, uploads } = board.status()
    // Documents stay until the export was offered; with nothing unsent there is nothing to offer.
    if (waiting + attention + uploads.waiting === 0) await this.dropDocuments()
  }

  async dropDocuments(): Promise<void> {
    this.options.onChange(await this.options.store.transaction(forgetDocuments))
  }

  /** A phone that is shut out does nothing any more, but for saying that it was erased. Throws `Refused`. */
  async refuse(): Promise<never> {
    await this.#confirm()
    throw new Refused(403, 'device_revoked')
  }

  /** Tells the server that this phone was erased, until it has heard; never throws. */
  async #confirm(): Promise<void> {
    const { store, transport } = this.options
    const state = await store.transaction((tx) => tx.state())
    if (!state?.wiped || state.wiped.told) return
    const { device, wiped } = state
    const body = JSON.stringify({ device, lost: wiped.lost })
    const headers = { 'Content-Type': 'application/json' }
    try {
      await transport.request('/sync/wiped', { method: 'POST', headers, body })
    } catch {
      return // said again at the next start
    }
    await store.transaction((tx) => tx.putState({ ...state, wiped: { ...wiped, told: true } }))
  }

  /** What could be sent has been, since push comes before pull; the photos get one more chance. */
  async #erase(): Promise<void> {
    const { store, clock, board, uploads, onChange } = this.options
    await store.transaction(hurryUploads)
    await Promise.race([uploads.run(), pause(clock, LAST_UPLOADS_MS)])
    await uploads.stop()
    onChange(await store.transaction((tx) => erase(tx, timestamp(clock))))
    await board.refresh()
    await this.#confirm()
  }
}

async function hurryUploads(tx: StoreTransaction): Promise<void> {
  for (const row of await tx.uploads()) await tx.putUpload({ ...row, next_at: 0 })
}

/** Leaves nothing but that this device was erased, so that it does not begin anew by itself; all or nothing. */
async function erase(tx: StoreTransaction, at: string): Promise<DocumentKey[]> {
  const state = await tx.state()
  if (!state || state.wiped) return []
  const files = await tx.uploads()
  const lost = (await tx.countIn('queued')) + (await tx.countIn('sending')) + files.length
  const gone = await forgetDocuments(tx)
  await tx.deleteEntries((await tx.entries()).map(({ seq }) => seq))
  for (const { id } of files) {
    await tx.deleteUpload(id)
    await tx.deleteBlob(id)
  }
  const { device, schema, term } = state
  await tx.putState({ ...firstState(device, schema), term, revoked: true, wiped: { at, lost, told: false } })
  return gone
}
