import { describe, expect, it } from 'vitest'
import { onBasemap } from '@/map/coordinates'
import { boundsOf, circle, destination, distanceMetres, isPlace } from '@/map/geodesy'
import { fitView, scaleBar, thinOut, toPixel } from '@/map/schematic'

const suzhou = { lat: 31.3, lon: 120.6 }

describe('distance', () => {
  it('is the geodesic on the ellipsoid', () => {
    // Flinders Peak to Buninyong, the worked example of Vincenty's formula.
    const flinders = { lat: -37.95103342, lon: 144.42486789 }
    const buninyong = { lat: -37.65282114, lon: 143.92649554 }
    expect(distanceMetres(flinders, buninyong)).toBeCloseTo(54_972.271, 1)
  })
  it('is nothing to itself and something near antipodes', () => {
    expect(distanceMetres(suzhou, suzhou)).toBe(0)
    expect(distanceMetres({ lat: 0, lon: 0 }, { lat: 0.5, lon: 179.7 })).toBeGreaterThan(19_900_000)
  })
  it('undoes destination to within the sphere', () => {
    const there = destination(suzhou, 77, 300)
    expect(Math.abs(distanceMetres(suzhou, there) - 300)).toBeLessThan(1.5)
  })
})

describe('shapes', () => {
  it('closes a circle', () => {
    const ring = circle(suzhou, 300, 16)
    expect(ring).toHaveLength(17)
    expect(ring[0]).toEqual(ring[16])
  })
  it('finds the box round places', () => {
    expect(boundsOf([suzhou, { lat: 29.9, lon: 121.84 }])).toEqual({
      west: 120.6,
      south: 29.9,
      east: 121.84,
      north: 31.3,
    })
    expect(boundsOf([])).toBeNull()
  })
  it.each([[{ lat: 0, lon: 0 }], [{ lat: 91, lon: 0 }], [{ lat: NaN, lon: 3 }], [null], [{}]])(
    'does not take %j for a place',
    (place) => expect(isPlace(place)).toBe(false),
  )
})

describe('the basemap system', () => {
  it('leaves WGS-84 alone', () => expect(onBasemap(suzhou, 'wgs84')).toEqual([120.6, 31.3]))
  it.each([
    ['gcj02', 481],
    ['bd09', 1_140],
  ] as const)('shifts Shanghai on %s by some %i m', (system, metres) => {
    const shanghai = { lat: 31.2304, lon: 121.4737 }
    const [lon, lat] = onBasemap(shanghai, system)
    expect(Math.abs(distanceMetres(shanghai, { lat, lon }) - metres)).toBeLessThan(40)
  })
  it('does not shift abroad on GCJ-02', () =>
    expect(onBasemap({ lat: 52.5, lon: 13.4 }, 'gcj02')).toEqual([13.4, 52.5]))
})

describe('the schematic map', () => {
  it('holds everything inside its margin', () => {
    const places = [suzhou, { lat: 31.49, lon: 120.31 }, { lat: 29.9, lon: 121.84 }]
    const view = fitView(places, 390, 300)!
    for (const place of places) {
      const { x, y } = toPixel(place, view, 390, 300)
      expect(x).toBeGreaterThan(20)
      expect(x).toBeLessThan(370)
      expect(y).toBeGreaterThan(20)
      expect(y).toBeLessThan(280)
    }
  })
  it('thins out what the eye cannot tell apart', () => {
    const crowd = Array.from({ length: 500 }, (_, index) => ({ x: index % 2, y: 0 }))
    expect(thinOut([...crowd, { x: 40, y: 0 }])).toHaveLength(2)
  })
  it('shows one place with its surroundings', () => {
    expect(fitView([suzhou], 390, 300)!.metres_per_pixel).toBeGreaterThan(2)
    expect(fitView([], 390, 300)).toBeNull()
  })
  it.each([
    [1, 50],
    [2.5, 200],
    [60, 5_000],
  ])('at %d m a pixel the bar says %i m', (scale, metres) => {
    const bar = scaleBar(scale)
    expect(bar.metres).toBe(metres)
    expect(bar.pixels).toBeLessThanOrEqual(96)
  })
})
