import { computed, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Conflict } from '@/generated/documents'
import { engine } from '@/sync/current'
import { useOutbox } from '@/sync/useOutbox'
import { useRows } from '@/sync/useRows'
import type { Take } from './conflict-words'
import type { useDecisions } from './useDecisions'

/** Open conflicts of one's own and of one's customers, oldest first, and how to settle them. */
export function useConflicts({ decide }: ReturnType<typeof useDecisions>) {
  const { t } = useI18n()
  const outbox = useOutbox()
  const rows = useRows('conflict', { ref: 'state:open' })
  const conflicts = computed(() => rows.value ?? [])

  function settle(conflict: Conflict, take: Take, value?: any): void {
    const args = take === 'value' ? { id: conflict.id, take, value } : { id: conflict.id, take }
    void decide(conflict.id, t('sync.conflict.settled', { title: conflict.title }), [
      { name: 'conflicts.resolve', args },
    ])
  }

  // A merged entry asks for attention until the conflicts it left are settled; then this device lets it go.
  watch([rows, outbox.entries], ([open, entries]) => {
    if (!open) return
    const unsettled = new Set(open.map((conflict) => `${conflict.about.id} ${conflict.field}`))
    for (const entry of entries) {
      if (entry.state !== 'merged' || (entry as { dismissed?: boolean }).dismissed) continue
      const left = (entry.receipt?.conflicts ?? []) as { id: string; field: string }[]
      if (
        left.length > 0 &&
        left.some(({ id, field }) => unsettled.has(`${id} ${field}`) || open.some((row) => row.id === id))
      )
        continue
      void engine.value?.dismiss(entry.seq)
    }
  })

  return { conflicts, settle }
}
