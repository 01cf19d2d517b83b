import type { Feature, Geometry, GeoJsonProperties } from 'geojson'
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import { onBasemap, type BasemapSystem } from './coordinates'
import { circle, type Place } from './geodesy'
import { MAX_MARKER_ELEMENTS, type MapScene } from './scene'

export interface OverlayPalette {
  accent: string
  track: string
  odd: string
  ok: string
  review: string
  doubtful: string
  surface: string
}

/** The shell's tokens, which the graphics card cannot read from the style sheet. */
export const OVERLAY_LIGHT: OverlayPalette = {
  accent: '#0a4f7a',
  track: '#0a4f7a',
  odd: '#84170f',
  ok: '#14532d',
  review: '#633900',
  doubtful: '#84170f',
  surface: '#ffffff',
}

export const OVERLAY_DARK: OverlayPalette = {
  accent: '#8ecaf6',
  track: '#8ecaf6',
  odd: '#ffb8ad',
  ok: '#a9dfb8',
  review: '#f6d08a',
  doubtful: '#ffb8ad',
  surface: '#1f1d1a',
}

/** The style with the scene on top: one whole declaration, so that a change of either is a difference of styles. */
export function withScene(
  style: StyleSpecification,
  scene: MapScene,
  system: BasemapSystem,
  palette: OverlayPalette,
): StyleSpecification {
  return {
    ...style,
    sources: { ...style.sources, ...overlaySources(scene, system) },
    layers: [...style.layers, ...areaLayers(palette), ...trackLayers(palette), ...crowdLayers(palette)],
  }
}

function overlaySources(scene: MapScene, system: BasemapSystem): Record<string, SourceSpecification> {
  const project = (place: Place) => onBasemap(place, system)
  const ring = (centre: Place, radius: number) => [circle(centre, radius).map(project)]
  const crowd = scene.markers.length > MAX_MARKER_ELEMENTS ? scene.markers : []
  return {
    fences: collection(
      (scene.fences ?? []).map((fence) =>
        feature({ type: 'Polygon', coordinates: ring(fence, fence.radius_m) }, { id: fence.id }),
      ),
    ),
    accuracy: collection(
      scene.markers
        .filter((marker) => !crowd.length && marker.accuracy_m)
        .map((marker) =>
          feature(
            { type: 'Polygon', coordinates: ring(marker, marker.accuracy_m ?? 0) },
            { level: marker.level ?? 'ok' },
          ),
        ),
    ),
    tracks: collection(
      (scene.tracks ?? []).map((track) =>
        feature({ type: 'LineString', coordinates: track.places.map(project) }, { odd: track.odd ?? false }),
      ),
    ),
    crowd: {
      ...collection(
        crowd.map((marker) =>
          feature({ type: 'Point', coordinates: project(marker) }, { id: marker.id, level: marker.level ?? 'ok' }),
        ),
      ),
      cluster: true,
      clusterRadius: 44,
      clusterMaxZoom: 14,
    },
  }
}

type GeoJSONSource = Extract<SourceSpecification, { type: 'geojson' }>

function collection(features: Feature[]): GeoJSONSource {
  return { type: 'geojson', data: { type: 'FeatureCollection', features } }
}

function feature(geometry: Geometry, properties: GeoJsonProperties): Feature {
  return { type: 'Feature', geometry, properties }
}

function areaLayers(palette: OverlayPalette): LayerSpecification[] {
  return [
    { id: 'fences', type: 'fill', source: 'fences', paint: { 'fill-color': palette.accent, 'fill-opacity': 0.07 } },
    {
      id: 'fence-edges',
      type: 'line',
      source: 'fences',
      paint: { 'line-color': palette.accent, 'line-width': 1.5, 'line-dasharray': [3, 2] },
    },
    {
      id: 'accuracy',
      type: 'fill',
      source: 'accuracy',
      paint: { 'fill-color': byLevel(palette), 'fill-opacity': 0.12 },
    },
    {
      id: 'accuracy-edges',
      type: 'line',
      source: 'accuracy',
      paint: { 'line-color': byLevel(palette), 'line-width': 1, 'line-opacity': 0.6 },
    },
  ]
}

function byLevel(palette: OverlayPalette): any {
  return ['match', ['get', 'level'], 'review', palette.review, 'doubtful', palette.doubtful, palette.ok]
}

function trackLayers(palette: OverlayPalette): LayerSpecification[] {
  const line = { 'line-width': 2.5, 'line-dasharray': [2, 1.5] }
  return [
    {
      id: 'tracks',
      type: 'line',
      source: 'tracks',
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { ...line, 'line-color': ['case', ['get', 'odd'], palette.odd, palette.track] },
    },
  ]
}

function crowdLayers(palette: OverlayPalette): LayerSpecification[] {
  return [
    {
      id: 'clusters',
      type: 'circle',
      source: 'crowd',
      filter: ['has', 'point_count'],
      paint: {
        'circle-color': palette.accent,
        'circle-radius': ['interpolate', ['linear'], ['get', 'point_count'], 2, 14, 200, 26],
      },
    },
    {
      id: 'cluster-counts',
      type: 'symbol',
      source: 'crowd',
      filter: ['has', 'point_count'],
      layout: { 'text-field': ['get', 'point_count_abbreviated'], 'text-size': 13, 'text-font': ['sans-serif'] },
      paint: { 'text-color': palette.surface },
    },
    {
      id: 'crowd',
      type: 'circle',
      source: 'crowd',
      filter: ['!', ['has', 'point_count']],
      paint: {
        'circle-color': byLevel(palette),
        'circle-radius': 7,
        'circle-stroke-width': 2,
        'circle-stroke-color': palette.surface,
      },
    },
  ]
}
