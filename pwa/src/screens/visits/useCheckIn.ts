import { computed, onMounted, ref, watch } from 'vue'
import { lastSeen, useFix } from '@/app/position'
import type { Position } from '@/generated/documents'
import { engine } from '@/sync/current'
import { newId } from '@/sync/identifiers'
import { useDraft } from '@/sync/useDraft'
import { useOutbox } from '@/sync/useOutbox'
import type { Photo } from './photo/shrink'
import { useEvidence } from './useEvidence'

interface CheckInDraft {
  /** Made with the draft, so that a visit recorded just before a crash is not recorded twice. */
  id: string
  note: string
  photos: Photo[]
}

export function useCheckIn(accountId: string, planId: string | null, onDone: (visitId: string) => void) {
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
    const { id, note, photos } = draft.value
    const name = evidence.customer.value?.name.slice(0, 80) ?? id
    await outbox.add('visits.check_in', {
      id,
      account_id: accountId,
      position: { ...at },
      ...(planId ? { plan_id: planId } : {}),
      ...(photos.length > 0 ? { photo_ids: photos.map((photo) => photo.id) } : {}),
      ...(note.trim() ? { note: note.trim() } : {}),
    })
    for (const [index, { id: photoId, blob }] of photos.entries()) {
      await engine.value!.uploads.add({
        ...{ id: photoId, blob, filename: `${name} ${index + 1}.jpg`, filetype: 'image/jpeg' },
        about: { kind: 'visit', id },
      })
    }
    await draft.finish()
    return id
  }

  return { ...evidence, draft, fix, position, settledFor, lastSeen, armed, recording, press }
}
