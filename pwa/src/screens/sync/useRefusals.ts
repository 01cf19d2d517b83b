import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Step } from '@/sync/decisions'
import { newId } from '@/sync/identifiers'
import { useOutbox } from '@/sync/useOutbox'
import { useRows } from '@/sync/useRows'
import { saveFile } from '@/widgets/saveFile'
import { customerOf, payloadLines, refusedItems, type RefusedItem } from './refusals'
import type { useDecisions } from './useDecisions'
import { useMutationWords } from './useMutationWords'
import { useValueWords } from './useValueWords'

/** Refused work and the four ways out of it. */
export function useRefusals({ decide, isDeciding }: ReturnType<typeof useDecisions>) {
  const { t } = useI18n()
  const outbox = useOutbox()
  const refusals = useRows('refusal')
  const { describe, fieldName } = useMutationWords()
  const { text } = useValueWords()
  const all = computed(() => refusedItems(refusals.value ?? [], outbox.entries.value))
  const items = computed(() => all.value.filter((item) => !isDeciding(item.key)))

  function closing(item: RefusedItem, outcome: 'retried' | 'handed_over' | 'given_up'): Step[] {
    if (item.refusal) return [{ name: 'refusals.close', args: { id: item.refusal.id, outcome } }]
    // Without the server's record there is nothing to close but this device's own entry.
    return item.entry ? [{ dismiss: item.entry.seq }] : []
  }

  const retry = (item: RefusedItem) =>
    decide(item.key, t('sync.refusal.retried'), [{ name: item.name, args: item.args }, ...closing(item, 'retried')])

  const giveUp = (item: RefusedItem) => decide(item.key, t('sync.refusal.gaveUp'), closing(item, 'given_up'))

  function handOver(item: RefusedItem): Promise<void> {
    const about = { kind: 'account', id: customerOf(item)! }
    const note = { name: 'notes.add', args: { id: newId(), about, text: noteText(item) } }
    return decide(item.key, t('sync.refusal.handedOver'), [note, ...closing(item, 'handed_over')])
  }

  function noteText(item: RefusedItem): string {
    const lines = payloadLines(item.args).map((line) => `${fieldName(line.field)}: ${text(line.value)}`)
    return [t('sync.refusal.noteHead', { what: describe(item.name, item.args, item.title) }), ...lines].join('\n')
  }

  function exportItem(item: RefusedItem): void {
    const { name, v, args, at, code, params } = item
    saveFile(
      new Blob([JSON.stringify({ name, v, at, args, code, params }, null, 2)], { type: 'application/json' }),
      `cairn-${name}.json`,
    )
  }

  return { items, retry, giveUp, handOver, exportItem, isBusy: (item: RefusedItem) => isDeciding(item.key) }
}
