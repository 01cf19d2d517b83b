import { computed, ref, toRaw } from 'vue'
import { useI18n } from 'vue-i18n'
import { lockPage, unlockPage } from '@/app/lock'
import { useSession } from '@/app/session'
import type { Shown, Ticket } from '@/generated/documents'
import { newId } from '@/sync/identifiers'
import { useDraft } from '@/sync/useDraft'
import { useNames } from '@/sync/useNames'
import { useOutbox } from '@/sync/useOutbox'
import { recordWhole, uploadsOf } from '@/widgets/photos/record'
import { isHandedOver } from '../rules'
import { shownOf, signedHash } from './signing'
import { picture, type Strokes } from './strokes'

type Add = ReturnType<typeof useOutbox>['add']

interface HandOverDraft {
  step: 'sign' | 'rate' | 'thanks'
  locale: string
  name: string
  typed: boolean
  strokes: Strokes
  /** Made with the draft, so that what was recorded just before a crash is not recorded twice. */
  signatureId: string
  ratingId: string
  satisfaction: string
  solved: string
  comment: string
}

/** The signature is recorded with its picture where there is room for one, and with its strokes in any case. */
async function recordSigned(add: Add, shown: Shown, form: HandOverDraft): Promise<void> {
  const strokes = form.typed ? [] : toRaw(form.strokes).map((stroke) => stroke.map(([x, y]) => [x!, y!]))
  const signed_by = form.name.trim()
  const blob = await picture(strokes, signed_by)
  const id = shown.ticket_id
  const said = { id, shown, signed_hash: await signedHash(shown), signed_by, strokes }
  const uploads = blob ? uploadsOf([{ id: form.signatureId, blob }], { kind: 'ticket', id }, 'signature') : []
  const pictured = { ...said, signature_id: form.signatureId }
  const isWhole = blob !== null && (await recordWhole(() => add('tickets.hand_over', pictured, uploads)))
  if (!isWhole) await add('tickets.hand_over', said)
}

/** The way of a phone through the customer's hands: signed, rated or not, and given back. */
export function useHandOver(id: string, ticket: () => Ticket | null | undefined) {
  const { locale } = useI18n()
  const { userId } = useSession()
  const { nameOf } = useNames()
  const outbox = useOutbox()
  const draft = useDraft<HandOverDraft>(`hand-over:${id}`, () => ({
    ...{ step: 'sign', locale: locale.value, name: '', typed: false, strokes: [], signatureId: newId() },
    ...{ ratingId: newId(), satisfaction: '', solved: '', comment: '' },
  }))
  const form = draft.value
  const recording = ref(false)
  const shown = computed(() => (ticket() ? shownOf(ticket()!, nameOf) : null))
  /** Once it is signed, nobody signs again: what is left is to rate, or to give the phone back. */
  const step = computed(() => {
    const signed = ticket() && isHandedOver(ticket()!.trace, new Date().toISOString())
    return form.step === 'sign' && signed ? 'thanks' : form.step
  })

  async function once(act: () => Promise<void>): Promise<void> {
    if (recording.value) return
    recording.value = true
    try {
      await act()
    } finally {
      recording.value = false
    }
  }

  const sign = () =>
    once(async () => {
      await recordSigned(outbox.add, shown.value!, form)
      form.step = 'rate'
      await draft.write()
      lockPage(userId.value, `/tickets/${id}/hand-over`)
    })

  const refuse = (reason: string) =>
    once(async () => {
      await outbox.add('tickets.hand_over', { id, shown: shown.value, refused: true, reason })
      await draft.finish()
    })

  const rate = () =>
    once(async () => {
      const comment = form.comment.trim()
      await outbox.add('feedback.rate', {
        ...{ id: form.ratingId, ticket_id: id, satisfaction: Number(form.satisfaction), solved: form.solved === 'yes' },
        ...(comment ? { comment } : {}),
      })
      await thank()
    })

  /** Sealed: of what was said nothing is left to be read on this phone. */
  async function thank(): Promise<void> {
    Object.assign(form, { step: 'thanks', satisfaction: '', solved: '', comment: '' })
    await draft.write()
  }

  async function giveBack(): Promise<void> {
    unlockPage()
    await draft.finish()
  }

  return { form, ready: draft.ready, shown, step, recording, sign, refuse, rate, thank, giveBack }
}
