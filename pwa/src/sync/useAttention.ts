import type { OutboxEntry, SyncStatus } from 'cairn-sync'
import { computed } from 'vue'
import type { Refusal } from '@/generated/documents'
import { loss } from '@/sync/loss'
import { useOutbox } from '@/sync/useOutbox'
import { useRows } from '@/sync/useRows'
import { useSyncStatus } from '@/sync/useSyncStatus'

type Sent = { device: string; seq: number } | undefined

/**
 * How much needs this person: what this device's engine reports, and what came of other devices' and other people's
 * edits as documents. A refusal that the outbox still holds is the same matter and counts once.
 */
export function attentionOf(
  status: Pick<SyncStatus, 'attention'>,
  openConflicts: number,
  openRefusals: Pick<Refusal, 'device_id' | 'seq'>[],
  entries: OutboxEntry[],
): number {
  const held = new Set(
    entries
      .filter((entry) => entry.state === 'rejected')
      .map((entry) => (entry as { sent_as?: Sent }).sent_as)
      .map((sent) => sent && `${sent.device} ${sent.seq}`),
  )
  const elsewhere = openRefusals.filter((refusal) => !held.has(`${refusal.device_id} ${refusal.seq}`))
  return status.attention + openConflicts + elsewhere.length
}

export function useAttention() {
  const status = useSyncStatus()
  const { entries } = useOutbox()
  const conflicts = useRows('conflict', { ref: 'state:open' })
  const refusals = useRows('refusal', { ref: 'state:open' })
  return computed(() => {
    const documents = attentionOf(status.value, conflicts.value?.length ?? 0, refusals.value ?? [], entries.value)
    return documents + (loss.value ? 1 : 0)
  })
}
