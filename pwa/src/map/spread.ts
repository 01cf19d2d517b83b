import type { PixelPoint } from './schematic'

/** Pins nearer than this hide each other's button. */
export const CLEAR_PX = 40
const ROUNDS = 24

/**
 * How far each pin is moved, in pixels, so that no two lie closer than `clear`: neighbours push each other apart, half
 * the way each. Pins at the very same place leave in different directions, always the same ones.
 */
export function spread(points: PixelPoint[], clear = CLEAR_PX): PixelPoint[] {
  const placed = points.map((point) => ({ ...point }))
  for (let round = 0; round < ROUNDS; round += 1) {
    let moved = false
    for (const [index, point] of placed.entries()) {
      for (const other of placed.slice(0, index)) moved = pushApart(point, other, index, clear) || moved
    }
    if (!moved) break
  }
  return placed.map((point, index) => ({ x: point.x - points[index]!.x, y: point.y - points[index]!.y }))
}

/** Golden angle: the directions of any few neighbours are well apart. */
const ANGLE = 2.399963

function pushApart(point: PixelPoint, other: PixelPoint, index: number, clear: number): boolean {
  const distance = Math.hypot(point.x - other.x, point.y - other.y)
  // A tenth of a pixel short is far enough, or neighbours would push for ever.
  if (distance >= clear - 0.1) return false
  const near = distance < 0.01
  const [x, y] = near
    ? [Math.cos(index * ANGLE), Math.sin(index * ANGLE)]
    : [(point.x - other.x) / distance, (point.y - other.y) / distance]
  const step = (clear - distance) / 2
  point.x += x * step
  point.y += y * step
  other.x -= x * step
  other.y -= y * step
  return true
}
