/** Distances and shapes on the WGS-84 ellipsoid; angles in degrees, lengths in metres. */
export interface Place {
  lat: number
  lon: number
}

export type Ring = [lon: number, lat: number][]

const EQUATORIAL_RADIUS_M = 6_378_137
const FLATTENING = 1 / 298.257223563
const POLAR_RADIUS_M = EQUATORIAL_RADIUS_M * (1 - FLATTENING)
const MEAN_RADIUS_M = 6_371_008.8
const MAX_ITERATIONS = 100

const radians = (degrees: number) => (degrees * Math.PI) / 180
const degrees = (angle: number) => (angle * 180) / Math.PI

/** Geodesic distance by Vincenty's inverse formula (Survey Review 1975), good to a millimetre; near antipodes, the great circle's. */
export function distanceMetres(from: Place, to: Place): number {
  if (from.lat === to.lat && from.lon === to.lon) return 0
  const reducedFrom = Math.atan((1 - FLATTENING) * Math.tan(radians(from.lat)))
  const reducedTo = Math.atan((1 - FLATTENING) * Math.tan(radians(to.lat)))
  const [sinFrom, cosFrom] = [Math.sin(reducedFrom), Math.cos(reducedFrom)]
  const [sinTo, cosTo] = [Math.sin(reducedTo), Math.cos(reducedTo)]
  const difference = radians(to.lon - from.lon)
  let lambda = difference
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration += 1) {
    const [sinLambda, cosLambda] = [Math.sin(lambda), Math.cos(lambda)]
    const sinSigma = Math.hypot(cosTo * sinLambda, cosFrom * sinTo - sinFrom * cosTo * cosLambda)
    if (sinSigma === 0) return 0
    const cosSigma = sinFrom * sinTo + cosFrom * cosTo * cosLambda
    const sigma = Math.atan2(sinSigma, cosSigma)
    const sinAlpha = (cosFrom * cosTo * sinLambda) / sinSigma
    const cosAlphaSquared = 1 - sinAlpha * sinAlpha
    const cosMiddle = cosAlphaSquared === 0 ? 0 : cosSigma - (2 * sinFrom * sinTo) / cosAlphaSquared
    const correction = (FLATTENING / 16) * cosAlphaSquared * (4 + FLATTENING * (4 - 3 * cosAlphaSquared))
    const previous = lambda
    lambda =
      difference +
      (1 - correction) *
        FLATTENING *
        sinAlpha *
        (sigma + correction * sinSigma * (cosMiddle + correction * cosSigma * (2 * cosMiddle ** 2 - 1)))
    if (Math.abs(lambda - previous) < 1e-12) return arcLength(cosAlphaSquared, sigma, sinSigma, cosSigma, cosMiddle)
  }
  return greatCircleMetres(from, to)
}

function arcLength(
  cosAlphaSquared: number,
  sigma: number,
  sinSigma: number,
  cosSigma: number,
  cosMiddle: number,
): number {
  const u = (cosAlphaSquared * (EQUATORIAL_RADIUS_M ** 2 - POLAR_RADIUS_M ** 2)) / POLAR_RADIUS_M ** 2
  const a = 1 + (u / 16384) * (4096 + u * (-768 + u * (320 - 175 * u)))
  const b = (u / 1024) * (256 + u * (-128 + u * (74 - 47 * u)))
  const inner =
    cosSigma * (2 * cosMiddle ** 2 - 1) - (b / 6) * cosMiddle * (4 * sinSigma ** 2 - 3) * (4 * cosMiddle ** 2 - 3)
  const deltaSigma = b * sinSigma * (cosMiddle + (b / 4) * inner)
  return POLAR_RADIUS_M * a * (sigma - deltaSigma)
}

function greatCircleMetres(from: Place, to: Place): number {
  const [latFrom, latTo] = [radians(from.lat), radians(to.lat)]
  const half =
    Math.sin((latTo - latFrom) / 2) ** 2 +
    Math.cos(latFrom) * Math.cos(latTo) * Math.sin(radians(to.lon - from.lon) / 2) ** 2
  return 2 * MEAN_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)))
}

/** The place `distance` metres away on the sphere; exact enough to draw a fence. */
export function destination(from: Place, bearing_degrees: number, distance: number): Place {
  const angle = distance / MEAN_RADIUS_M
  const [lat, bearing] = [radians(from.lat), radians(bearing_degrees)]
  const sinLat = Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(bearing)
  const lon =
    radians(from.lon) +
    Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(lat), Math.cos(angle) - Math.sin(lat) * sinLat)
  return { lat: degrees(Math.asin(sinLat)), lon: degrees(lon) }
}

/** A closed ring of places at `radius` metres round `centre`, as GeoJSON wants it. */
export function circle(centre: Place, radius: number, corners = 64): Place[] {
  return Array.from({ length: corners + 1 }, (_, index) =>
    destination(centre, ((index % corners) * 360) / corners, radius),
  )
}

export interface Bounds {
  west: number
  south: number
  east: number
  north: number
}

/** The smallest box round all places; null when there is none. */
export function boundsOf(places: Iterable<Place>): Bounds | null {
  let bounds: Bounds | null = null
  for (const { lat, lon } of places) {
    if (!bounds) bounds = { west: lon, south: lat, east: lon, north: lat }
    else {
      bounds.west = Math.min(bounds.west, lon)
      bounds.east = Math.max(bounds.east, lon)
      bounds.south = Math.min(bounds.south, lat)
      bounds.north = Math.max(bounds.north, lat)
    }
  }
  return bounds
}

/** True for a position a phone could really have reported; 0,0 is what broken receivers say. */
export function isPlace(place: { lat?: unknown; lon?: unknown } | null | undefined): place is Place {
  if (!place) return false
  const { lat, lon } = place
  if (typeof lat !== 'number' || typeof lon !== 'number' || !Number.isFinite(lat) || !Number.isFinite(lon)) return false
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && !(lat === 0 && lon === 0)
}
