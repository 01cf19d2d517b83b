import type { Account, AccountCard, Position, Site, Visit } from '@/generated/documents'
import { isPlace } from '@/map/geodesy'
import type { Fix, SitePlace } from '@/widgets/verdict/types'

/** Where a customer may be met: its sites, and the customer's own position. */
export function sitePlaces(account: Account | AccountCard | null, sites: Site[]): SitePlace[] {
  const places = sites.flatMap(({ id, position }) =>
    isPlace(position) ? [{ id, lat: position.lat, lon: position.lon }] : [],
  )
  if (!account || !isPlace(account.position)) return places
  const { lat, lon } = account.position
  return [...places, { id: account.id, lat, lon }]
}

/** The last place this person was seen before now, to judge how fast they came. */
export function previousFix(visits: Visit[], exceptId: string): Fix | null {
  let latest: Position | null = null
  for (const visit of visits) {
    if (visit.id === exceptId) continue
    for (const position of [visit.position, visit.check_out_position]) {
      if (position && (!latest || position.fixed_at > latest.fixed_at)) latest = position
    }
  }
  return latest
}
