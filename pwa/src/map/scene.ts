import type { VerdictLevel } from '@/generated/documents'
import type { Place } from './geodesy'

/** What a map shows, in WGS-84; the map shifts everything to the basemap's own system when it draws. */
export interface MapScene {
  markers: MapMarker[]
  fences?: MapFence[]
  tracks?: MapTrack[]
}

export type MarkerKind = 'stop' | 'site' | 'person' | 'here' | 'planned'

export interface MapMarker extends Place {
  id: string
  kind: MarkerKind
  /** The marker's accessible name, also its line in the list that stands in for the map. */
  label: string
  /** Second line of the list: distance, time, accuracy. */
  detail?: string
  /** What is written inside: a stop's number or a person's initial. */
  text?: string
  level?: VerdictLevel | null
  /** Radius of the 95 % circle in metres. */
  accuracy_m?: number | null
  /** A marker nobody can act on is not a button. */
  passive?: boolean
}

export interface MapFence extends Place {
  id: string
  radius_m: number
}

export interface MapTrack {
  id: string
  places: Place[]
  /** A straight line between two stops says where, not which way: it is drawn dashed. */
  odd?: boolean
}

/** Above this many, markers are drawn by the graphics card in clusters and reached through the list instead. */
export const MAX_MARKER_ELEMENTS = 120

/** Everything a view should hold: circles with their edges, tracks with their corners. */
export function placesOf(scene: MapScene): Place[] {
  return [
    ...scene.markers,
    ...(scene.fences ?? []).flatMap(fenceCorners),
    ...(scene.tracks ?? []).flatMap((track) => track.places),
  ]
}

function fenceCorners(fence: MapFence): Place[] {
  const lat = fence.radius_m / 111_320
  const lon = lat / Math.max(0.01, Math.cos((fence.lat * Math.PI) / 180))
  return [
    { lat: fence.lat - lat, lon: fence.lon - lon },
    { lat: fence.lat + lat, lon: fence.lon + lon },
  ]
}
