import type { Site, User, Visit } from '@/generated/documents'
import { isPlace } from '@/map/geodesy'
import type { MapMarker, MapScene } from '@/map/scene'
import { DEFAULT_THRESHOLDS } from '@/widgets/verdict/rules'
import { tracksOf, type Day } from './timeline'

export interface SceneWords {
  time(iso: string): string
  accuracy(metres: number): string
  planned(account: string): string
}

/** A person's day: numbered stops in order, the line between them, and the ring round each visited site. */
export function personScene(day: Day, sites: Map<string, Site>, words: SceneWords): MapScene {
  const visited = new Map<string, Site>()
  for (const { visit } of day.stops) {
    const site = visit.site_id ? sites.get(visit.site_id) : undefined
    if (site && isPlace(site.position)) visited.set(site.id, site)
  }
  const siteMarkers = [...visited.values()].map((site): MapMarker => ({
    id: `site-${site.id}`,
    kind: 'site',
    label: site.name,
    lat: site.position!.lat,
    lon: site.position!.lon,
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

export function fencesOf(sites: Iterable<Site>) {
  return [...sites]
    .filter((site) => isPlace(site.position))
    .map((site) => ({
      id: site.id,
      lat: site.position!.lat,
      lon: site.position!.lon,
      radius_m: DEFAULT_THRESHOLDS.fence_radius_m,
    }))
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
