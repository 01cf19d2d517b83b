import { computed, ref } from 'vue'
import { useFormat } from '@/app/format'
import { positionSoon } from '@/app/position'
import { fromWallClock } from '@/app/time'
import type { Position } from '@/generated/documents'
import { useDraft } from '@/sync/useDraft'
import { useOutbox } from '@/sync/useOutbox'

const DUE_TIME = '18:00'

export function useCheckOut(visitId: string, onDone: () => void) {
  const outbox = useOutbox()
  const format = useFormat()
  const draft = useDraft(`check-out:${visitId}`, () => ({ report: '', step: '', due: '' }))
  const recording = ref(false)
  const tried = ref(false)
  const missing = computed(() => tried.value && draft.value.report.trim() === '')

  async function finish(): Promise<void> {
    tried.value = true
    if (recording.value || draft.value.report.trim() === '') return
    recording.value = true
    try {
      await store(await positionSoon())
      onDone()
    } finally {
      recording.value = false
    }
  }

  async function store(position: Position | null): Promise<void> {
    const { report, step, due } = draft.value
    const due_at = due ? fromWallClock(`${due}T${DUE_TIME}`, format.zone.value) : undefined
    await outbox.add('visits.check_out', {
      id: visitId,
      report: report.trim(),
      ...(position ? { position } : {}),
      ...(step.trim() ? { next_step: { text: step.trim(), ...(due_at ? { due_at } : {}) } } : {}),
    })
    await draft.finish()
  }

  return { draft, recording, missing, finish }
}
