import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { say } from '@/app/undo'
import type { ChecklistForm, Ticket } from '@/generated/documents'
import { useDraft } from '@/sync/useDraft'
import { useOutbox } from '@/sync/useOutbox'
import { recordWhole, uploadsOf } from '@/widgets/photos/record'
import type { Photo } from '@/widgets/photos/shrink'
import { picture } from '../tickets/handover/strokes'
import { answersOf, beginSheet, newSheet, type Sheet, verdictOf } from './filling'

export const draftKey = (ticketId: string, formId: string) => `checklist:${ticketId}:${formId}`

/** One form filled on one ticket: kept as a draft from the first answer, and recorded whole or not at all. */
export function useFilling(
  ids: { ticketId: string; formId: string },
  form: () => ChecklistForm | null | undefined,
  ticket: () => Ticket | null | undefined,
) {
  const { t } = useI18n()
  const outbox = useOutbox()
  const draft = useDraft<Sheet>(draftKey(ids.ticketId, ids.formId), newSheet)
  const sheet = draft.value
  const isReady = ref(false)
  const recording = ref(false)
  void draft.ready.then(() => (isReady.value = true))

  watch([isReady, form], () => {
    const current = form()
    if (isReady.value && sheet.form === null && current) beginSheet(sheet, current)
  })
  const hasChanged = computed(() => Boolean(sheet.form && form() && form()!.version !== sheet.form.version))

  async function restart(): Promise<void> {
    await draft.clear()
    if (form()) beginSheet(sheet, form()!)
  }

  /** The answers to what was asked, and every picture that goes with them. */
  async function gathered() {
    const { shown } = verdictOf(sheet)
    const answers = Object.fromEntries(Object.entries(answersOf(sheet)).filter(([id]) => shown.includes(id)))
    const photos: Photo[] = shown.flatMap((id) => sheet.photos[id] ?? [])
    for (const [id, photoId] of Object.entries(sheet.signatures)) {
      const { strokes, value } = answers[id] ?? {}
      const blob = strokes?.length ? await picture(strokes, String(value ?? '')) : null
      if (blob) {
        photos.push({ id: photoId, blob } as Photo)
        answers[id] = { ...answers[id], photo_ids: [photoId] }
      }
    }
    return { answers: JSON.parse(JSON.stringify(answers)), photos }
  }

  /** False when it could not be recorded: the draft stays. */
  async function submit(): Promise<boolean> {
    if (recording.value || !sheet.form) return false
    recording.value = true
    try {
      const { answers, photos } = await gathered()
      const said = { ticket_id: ids.ticketId, form_id: ids.formId, form: JSON.parse(JSON.stringify(sheet.form)) }
      const about = { kind: 'checklist', id: sheet.id }
      const uploads = uploadsOf(photos, about, (ticket()?.account_name ?? '').slice(0, 80))
      const isWhole = await recordWhole(() =>
        outbox.add('checklists.submit', { id: sheet.id, ...said, answers }, uploads),
      )
      if (isWhole) await draft.finish()
      else say(t('errors.photo_no_room'))
      return isWhole
    } finally {
      recording.value = false
    }
  }

  return { sheet, isReady, recording, hasChanged, restart, submit }
}
