import { Map as MapLibre, Marker, setWorkerUrl, type StyleSpecification } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { registerBasemap } from './basemap'
import type { Bounds } from './geodesy'

setWorkerUrl(workerUrl)
registerBasemap()

/** Metres that one pixel covers at zoom 0 on the equator, with MapLibre's tiles of 512 pixels. */
const METRES_PER_PIXEL_AT_ZERO = 78_271.516964
/** One stop alone is shown with its streets' surroundings, not with its door. */
const CLOSEST_FIT_ZOOM = 15

export type PlacedMarker = Marker

export interface MapEngine {
  map: MapLibre
  apply(style: StyleSpecification): void
  fit(bounds: Bounds, animated: boolean): void
  metresPerPixel(): number
  addMarker(element: HTMLElement, lngLat: [number, number]): Marker
  destroy(): void
}

/** Starts MapLibre in an element; throws when the device cannot draw with WebGL 2. */
export function startEngine(container: HTMLElement, style: StyleSpecification, bounds: Bounds | null): MapEngine {
  const map = new MapLibre({
    container,
    style,
    attributionControl: false,
    maxZoom: 19,
    minZoom: 2,
    pitchWithRotate: false,
    dragRotate: false,
    renderWorldCopies: false,
    ...(bounds ? { bounds: corners(bounds), fitBoundsOptions: fitting() } : { center: [120.6, 31.3], zoom: 5 }),
  })
  map.touchZoomRotate.disableRotation()
  return {
    map,
    apply: (next) => map.setStyle(next, { diff: true }),
    fit: (next, animated) => map.fitBounds(corners(next), { ...fitting(), animate: animated, duration: 500 }),
    metresPerPixel: () =>
      (METRES_PER_PIXEL_AT_ZERO * Math.cos((map.getCenter().lat * Math.PI) / 180)) / 2 ** map.getZoom(),
    addMarker: (element, lngLat) => new Marker({ element }).setLngLat(lngLat).addTo(map),
    destroy: () => map.remove(),
  }
}

function corners({ west, south, east, north }: Bounds): [[number, number], [number, number]] {
  return [
    [west, south],
    [east, north],
  ]
}

function fitting() {
  return { padding: { top: 64, bottom: 48, left: 56, right: 72 }, maxZoom: CLOSEST_FIT_ZOOM }
}
