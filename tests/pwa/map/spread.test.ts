import { describe, expect, it } from 'vitest'
import { CLEAR_PX, spread } from '@/map/spread'

const gaps = (points: { x: number; y: number }[]) =>
  points.flatMap((a, index) => points.slice(0, index).map((b) => Math.hypot(a.x - b.x, a.y - b.y)))

describe('pins that would hide each other', () => {
  it.each([
    [
      'two at one gate',
      [
        { x: 50, y: 50 },
        { x: 50, y: 50 },
      ],
    ],
    ['five in a row', [0, 5, 10, 15, 20].map((x) => ({ x, y: 0 }))],
    ['six at one place', Array.from({ length: 6 }, () => ({ x: 10, y: 10 }))],
  ])('%s are pushed apart', (_name, points) => {
    const offsets = spread(points)
    const placed = points.map((point, index) => ({ x: point.x + offsets[index]!.x, y: point.y + offsets[index]!.y }))
    expect(Math.min(...gaps(placed))).toBeGreaterThan(CLEAR_PX * 0.8)
  })
  it('stay where they are when there is room', () => {
    expect(
      spread([
        { x: 0, y: 0 },
        { x: 100, y: 0 },
      ]),
    ).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 0 },
    ])
    expect(spread([])).toEqual([])
  })
})
