import { boundsOf, distanceMetres, type Place } from './geodesy'

export interface SchematicView {
  centre: Place
  metres_per_pixel: number
}

export interface PixelPoint {
  x: number
  y: number
}

/** One stop alone is shown within a kilometre rather than at the end of the world. */
const SMALLEST_SPAN_M = 1_000
/** The buttons at the side, and a label above the topmost pin, must not cover a pin. */
const SIDE_MARGIN_PX = 88
const TOP_MARGIN_PX = 60
const METRES_PER_DEGREE = 111_320

/** A view that holds all places with a margin; null when there is nothing to show. */
export function fitView(places: Place[], width: number, height: number): SchematicView | null {
  const bounds = boundsOf(places)
  if (!bounds || width <= 0 || height <= 0) return null
  const centre = { lat: (bounds.north + bounds.south) / 2, lon: (bounds.east + bounds.west) / 2 }
  const span = (from: Place, to: Place) => Math.max(distanceMetres(from, to), SMALLEST_SPAN_M)
  const wide = span({ lat: centre.lat, lon: bounds.west }, { lat: centre.lat, lon: bounds.east })
  const high = span({ lat: bounds.south, lon: centre.lon }, { lat: bounds.north, lon: centre.lon })
  const room = (pixels: number, margin: number) => Math.max(pixels - 2 * margin, pixels / 3)
  const scales = [wide / room(width, SIDE_MARGIN_PX), high / room(height, TOP_MARGIN_PX)]
  return { centre, metres_per_pixel: Math.max(...scales) }
}

/** Where a place falls on a plane laid at the view's centre; true to scale over the width of a province. */
export function toPixel(place: Place, view: SchematicView, width: number, height: number): PixelPoint {
  const shrink = Math.cos((view.centre.lat * Math.PI) / 180)
  return {
    x: width / 2 + ((place.lon - view.centre.lon) * METRES_PER_DEGREE * shrink) / view.metres_per_pixel,
    y: height / 2 - ((place.lat - view.centre.lat) * METRES_PER_DEGREE) / view.metres_per_pixel,
  }
}

/** The longest round length (1, 2 or 5 times a power of ten, in metres) that fits into `max_px`. */
export function scaleBar(metres_per_pixel: number, max_px = 96): { metres: number; pixels: number } {
  const longest = metres_per_pixel * max_px
  const power = 10 ** Math.floor(Math.log10(longest))
  const factor = [5, 2, 1].find((candidate) => candidate * power <= longest) ?? 1
  const metres = factor * power
  return { metres, pixels: metres / metres_per_pixel }
}

/** One point per cell of the screen: ten thousand dots on one gate are one dot to the eye, but not to the browser. */
export function thinOut<T extends PixelPoint>(points: T[], cell_px = 6): T[] {
  const cells = new Map<string, T>()
  for (const point of points) {
    const cell = `${Math.round(point.x / cell_px)} ${Math.round(point.y / cell_px)}`
    if (!cells.has(cell)) cells.set(cell, point)
  }
  return [...cells.values()]
}
