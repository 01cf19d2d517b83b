import { computed, type Ref } from 'vue'
import { useSession } from '@/app/session'
import type { Position } from '@/generated/documents'
import { useNames } from '@/sync/useNames'
import { useOrganization } from '@/sync/useOrganization'
import { useRow } from '@/sync/useRow'
import { useRows } from '@/sync/useRows'
import { useNow } from '@/widgets/useNow'
import type { Photo } from '@/widgets/photos/shrink'
import { previewVerdict } from '@/widgets/verdict/rules'
import { previousFix, sitePlaces } from './evidence'

/** What speaks for or against a check-in that is about to happen here, weighed by the server's own rules. */
export function useEvidence(accountId: string, draft: { id: string; photos: Photo[] }, position: Ref<Position | null>) {
  const { userId } = useSession()
  const { nameOf } = useNames()
  const { workingHours } = useOrganization()
  const now = useNow()
  const account = useRow('account', accountId)
  const card = useRow('account_card', accountId)
  const sites = useRows('site', { ref: `account:${accountId}` })
  const visits = useRows('visit', () => ({ ref: `user:${userId.value}`, reverse: true, limit: 20 }))

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
      previous: previousFix(visits.value ?? [], draft.id),
      photos: draft.photos.map((photo) => evidenceOf(photo)),
      working_hours: workingHours.value,
    })
  })

  return { account, card, customer, places, elsewhere, preview, nameOf }
}

/** A camera's clock without an offset is taken to be on the organization's wall clock, which the server settles. */
function evidenceOf({ exif }: Photo) {
  const zoned = exif.taken_at && /[+-]\d\d:\d\d$/.test(exif.taken_at) ? new Date(exif.taken_at).toISOString() : null
  return { lat: exif.lat, lon: exif.lon, taken_at: zoned }
}
