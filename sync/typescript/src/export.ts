/** Everything that would be lost with this phone, as a text a person can keep. */

import { isWaiting, needsAttention } from './outbox'
import type { Store } from './stores/store'

/**
 * JSON: the mutations without a final, seen receipt, whole, and the photos still to be sent, by name and
 * hash.
 */
export function exportUnsent(store: Store, app: string, exportedAt: string): Promise<string> {
  return store.transaction(async (tx) => {
    const state = await tx.state()
    const entries = await tx.entries()
    const mutations = entries
      .filter((entry) => isWaiting(entry) || entry.state === 'parked' || needsAttention(entry))
      .map(({ seq, name, v, at, args, state, receipt }) => ({ seq, name, v, at, args, state, receipt }))
    const files = (await tx.uploads()).map(({ id, filename, filetype, about, bytes, sha256, state, added_at }) => {
      return { id, filename, filetype, about, bytes, sha256, state, added_at }
    })
    const head = { app, user: store.userId, device: state?.device ?? null, exported_at: exportedAt }
    return JSON.stringify({ ...head, mutations, files }, null, 2)
  })
}
