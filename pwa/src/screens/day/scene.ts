import type { AccountCard, Site, User, Visit } from '@/generated/documents'
import { isPlace, type Place } from '@/map/geodesy'
import type { MapMarker, MapScene } from '@/map/scene'
import { DEFAULT_THRESHOLDS } from '@/widgets/verdict/rules'
import { tracksOf, type Day } from './timeline'

export interface SceneWords {
  time(iso: string): string
  accuracy(metres: number): string
  planned(account: string): string
}

/** What a check-in is measured against: the site, or the customer itself where it has no site. */
export interface VisitedPlace extends Place {
  id: string
  name: string
}

export function visitedPlace(
  visit: Visit,
  sites: Map<string, Site>,
  cards: Map<string, AccountCard>,
): VisitedPlace | null {
  const found = (visit.site_id ? sites.get(visit.site_id) : undefined) ?? cards.get(visit.account_id)
  if (!found || !isPlace(found.position)) return null
  return { id: found.id, name: found.name, lat: found.position.lat, lon: found.position.lon }
}

/** A person's day: numbered stops in order, the line between them, and the ring round each visited place. */
export function personScene(day: Day, placeOf: (visit: Visit) => VisitedPlace | null, words: SceneWords): MapScene {
  const visited = new Map<string, VisitedPlace>()
  for (const { visit } of day.stops) {
    const place = placeOf(visit)
    if (place) visited.set(place.id, place)
  }
  const siteMarkers = [...visited.values()].map(({ id, name, lat, lon }): MapMarker => ({
    id: `site-${id}`,
    kind: 'site',
    label: name,
    lat,
    lon,
    passive: true,
  }))
  const stops = day.stops
    .filter(({ visit }) => isPlace(visit.position))
    .map(({ visit, number }) => visitMarker(visit, String(number), words))
  return { markers: [...siteMarkers, ...stops], fences: fencesOf(visited.values()), tracks: tracksOf(day) }
}

export function visitMarker(visit: Visit, text: string, words: SceneWords): MapMarker {
  return {
    id: visit.id,
    kind: 'stop',
    label: visit.account_name,
    detail: `${words.time(visit.checked_in_at)}, ${words.accuracy(visit.position.accuracy_m)}`,
    text,
    lat: visit.position.lat,
    lon: visit.position.lon,
    level: visit.verdict?.level ?? null,
    accuracy_m: visit.position.accuracy_m,
  }
}

export function fencesOf(places: Iterable<VisitedPlace>) {
  return [...places].map(({ id, lat, lon }) => ({ id, lat, lon, radius_m: DEFAULT_THRESHOLDS.fence_radius_m }))
}

/** Where everybody was last, with the day's line of each. */
export function teamScene(days: { user: User; day: Day }[], words: SceneWords): MapScene {
  const markers: MapMarker[] = []
  const tracks: MapScene['tracks'] = []
  for (const { user, day } of days) {
    const last = [...day.stops].reverse().find(({ visit }) => isPlace(visit.position))
    if (!last) continue
    const detail = `${last.visit.account_name}, ${words.time(last.visit.checked_in_at)}`
    markers.push({
      ...visitMarker(last.visit, initialOf(user.name), words),
      id: user.id,
      kind: 'person',
      label: user.name,
      detail,
    })
    tracks.push(...tracksOf(day))
  }
  return { markers, tracks }
}

/** The family name for Chinese names, the first letter for others. */
export function initialOf(name: string): string {
  return [...name.trim()][0]?.toUpperCase() ?? ''
}
