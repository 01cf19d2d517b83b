import { computed, onMounted, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { lastSeen, useFix } from '@/app/position'
import { say } from '@/app/undo'
import type { Position } from '@/generated/documents'
import { engine } from '@/sync/current'
import { newId } from '@/sync/identifiers'
import { useDraft } from '@/sync/useDraft'
import { useOutbox } from '@/sync/useOutbox'
import { recordWhole, uploadsOf } from '@/widgets/photos/record'
import type { Photo } from '@/widgets/photos/shrink'
import { useEvidence } from './useEvidence'

interface CheckInDraft {
  /** Made with the draft, so that a visit recorded just before a crash is not recorded twice. */
  id: string
  note: string
  photos: Photo[]
}

export function useCheckIn(accountId: string, planId: string | null, onDone: (visitId: string) => void) {
  const { t } = useI18n()
  const outbox = useOutbox()
  const fix = useFix()
  const draft = useDraft<CheckInDraft>(`check-in:${accountId}`, () => ({ id: newId(), note: '', photos: [] }))

  /** What the person decided to go with although it is old. */
  const settledFor = ref<Position | null>(null)
  const position = computed(() => fix.best.value ?? settledFor.value)
  const evidence = useEvidence(accountId, draft.value, position)
  /** Tapped before there was a fix: the check-in happens by itself when one comes. */
  const armed = ref(false)
  const recording = ref(false)

  onMounted(() => {
    fix.listen()
    fix.keepFresh()
  })
  watch(position, (found) => {
    if (found && armed.value) return record()
  })

  async function press(): Promise<void> {
    if (position.value) await record()
    else armed.value = !armed.value
  }

  async function record(): Promise<void> {
    if (recording.value || !position.value || !engine.value) return
    recording.value = true
    armed.value = false
    fix.stop()
    try {
      onDone(await store(position.value))
    } finally {
      recording.value = false
    }
  }

  /** The draft goes only after everything is stored: whatever fails before, nothing is lost. */
  async function store(at: Position): Promise<string> {
    const { id, photos } = draft.value
    const name = evidence.customer.value?.name.slice(0, 80) ?? id
    const uploads = uploadsOf(photos, { kind: 'visit', id }, name)
    const whole = await recordWhole(() => outbox.add('visits.check_in', checkIn(at, photos), uploads))
    if (!whole) {
      await outbox.add('visits.check_in', checkIn(at, []))
      say(t('visits.photosLeftOut'))
    }
    await draft.finish()
    return id
  }

  function checkIn(at: Position, photos: Photo[]) {
    const { id, note } = draft.value
    return {
      id,
      account_id: accountId,
      position: { ...at },
      ...(planId ? { plan_id: planId } : {}),
      ...(photos.length > 0 ? { photo_ids: photos.map((photo) => photo.id) } : {}),
      ...(note.trim() ? { note: note.trim() } : {}),
    }
  }

  return { ...evidence, draft, fix, position, settledFor, lastSeen, armed, recording, press }
}
