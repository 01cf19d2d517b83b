import gcoord from 'gcoord'
import type { Place } from './geodesy'

/** The system a basemap is drawn in; positions themselves are always kept in WGS-84. */
export type BasemapSystem = 'wgs84' | 'gcj02' | 'bd09'

const SYSTEMS = { wgs84: gcoord.WGS84, gcj02: gcoord.GCJ02, bd09: gcoord.BD09 } as const

/** Where a WGS-84 place appears on a basemap of the given system, as [lon, lat] in degrees. */
export function onBasemap(place: Place, system: BasemapSystem): [number, number] {
  if (system === 'wgs84') return [place.lon, place.lat]
  return gcoord.transform([place.lon, place.lat], gcoord.WGS84, SYSTEMS[system]) as [number, number]
}
