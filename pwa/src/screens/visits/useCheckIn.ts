import { computed, onMounted, ref, watch } from 'vue'
import { lastSeen, useFix } from '@/app/position'
import { useSession } from '@/app/session'
import type { Position } from '@/generated/documents'
import { engine } from '@/sync/current'
import { newId } from '@/sync/identifiers'
import { useDraft } from '@/sync/useDraft'
import { useNames } from '@/sync/useNames'
import { useOrganization } from '@/sync/useOrganization'
import { useOutbox } from '@/sync/useOutbox'
import { useRow } from '@/sync/useRow'
import { useRows } from '@/sync/useRows'
import { previewVerdict } from '@/widgets/verdict/rules'
import { useNow } from '@/widgets/useNow'
import { previousFix, sitePlaces } from './evidence'
import type { Photo } from './photo/shrink'

interface CheckInDraft {
  /** Made with the draft, so that a visit recorded just before a crash is not recorded twice. */
  id: string
  note: string
  photos: Photo[]
}

export function useCheckIn(accountId: string, planId: string | null, onDone: (visitId: string) => void) {
  const { userId } = useSession()
  const outbox = useOutbox()
  const now = useNow()
  const { nameOf } = useNames()
  const { workingHours } = useOrganization()
  const fix = useFix()
  const draft = useDraft<CheckInDraft>(`check-in:${accountId}`, () => ({ id: newId(), note: '', photos: [] }))
  const account = useRow('account', accountId)
  const card = useRow('account_card', accountId)
  const sites = useRows('site', { ref: `account:${accountId}` })
  const visits = useRows('visit', () => ({ ref: `user:${userId.value}`, reverse: true, limit: 20 }))

  /** What the person decided to go with although it is old. */
  const settledFor = ref<Position | null>(null)
  const position = computed(() => fix.best.value ?? settledFor.value)
  /** Tapped before there was a fix: the check-in happens by itself when one comes. */
  const armed = ref(false)
  const recording = ref(false)

  const customer = computed(() => account.value ?? card.value ?? null)
  const places = computed(() => sitePlaces(customer.value, sites.value ?? []))
  const elsewhere = computed(
    () => visits.value?.find((visit) => visit.state === 'open' && visit.user_id === userId.value) ?? null,
  )
  const preview = computed(() => {
    if (!position.value) return null
    return previewVerdict({
      at: new Date(Math.max(now.value, Date.parse(position.value.fixed_at))).toISOString(),
      fix: position.value,
      sites: places.value,
      previous: previousFix(visits.value ?? [], draft.value.id),
      photos: draft.value.photos.map((photo) => evidenceOf(photo)),
      working_hours: workingHours.value,
    })
  })

  onMounted(() => {
    fix.listen()
    fix.keepFresh()
  })
  watch(position, (found) => {
    if (found && armed.value) void record()
  })

  function press(): void {
    if (position.value) void record()
    else armed.value = !armed.value
  }

  async function record(): Promise<void> {
    if (recording.value || !position.value || !engine.value) return
    recording.value = true
    armed.value = false
    fix.stop()
    const { id, note, photos } = draft.value
    await outbox.add('visits.check_in', {
      id,
      account_id: accountId,
      position: { ...position.value },
      ...(planId ? { plan_id: planId } : {}),
      ...(photos.length > 0 ? { photo_ids: photos.map((photo) => photo.id) } : {}),
      ...(note.trim() ? { note: note.trim() } : {}),
    })
    for (const photo of photos) {
      const { id: photoId, blob } = photo
      await engine.value.uploads.add({
        ...{ id: photoId, blob, filename: `${photoId}.jpg`, filetype: 'image/jpeg' },
        about: { kind: 'visit', id },
      })
    }
    await draft.finish()
    onDone(id)
  }

  return { account, card, customer, places, sites, draft, fix, position, settledFor, lastSeen, armed, recording, elsewhere, preview, nameOf, press }
}

/** A camera's clock without an offset is taken to be on the organization's wall clock, which the server settles. */
function evidenceOf({ exif }: Photo) {
  const zoned = exif.taken_at && /[+-]\d\d:\d\d$/.test(exif.taken_at) ? new Date(exif.taken_at).toISOString() : null
  return { lat: exif.lat, lon: exif.lon, taken_at: zoned }
}
