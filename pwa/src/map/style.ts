import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'

export interface Palette {
  water: string
  land: string
  plain: string
  river: string
  label: string
  strong: string
  halo: string
}

export const LIGHT: Palette = {
  water: '#cfdfe8',
  land: '#f2f0ea',
  plain: '#f2f0ea',
  river: '#b4cddb',
  label: '#4a463f',
  strong: '#1b1a17',
  halo: '#f9f8f5',
}

export const DARK: Palette = {
  water: '#14242f',
  land: '#2a2824',
  plain: '#2a2824',
  river: '#2b4454',
  label: '#cac5bb',
  strong: '#f4f2ed',
  halo: '#1a1816',
}

/** From here on coasts of this scale lie a kilometre off, so they fade instead of putting a customer into the sea. */
const FADE_FROM_ZOOM = 10
const FADE_TO_ZOOM = 12

export interface StyleOptions {
  dark: boolean
  language: 'zh' | 'en'
  /** The organization's own tiles: a template with {z}/{x}/{y} or a PMTiles file of pictures; null for the bundled map. */
  tilesUrl: string | null
  /** Where the names of cities are: apart from the code, and read by the map's own worker. */
  places: string
  attribution: string
  /** Water is what is left between the land, so before the land is there everything would look drowned. */
  hasGround: boolean
}

/** A MapLibre style without a font server: letters are drawn by the browser's own fonts, so labels work offline. */
export function mapStyle(options: StyleOptions): StyleSpecification {
  const palette = options.dark ? DARK : LIGHT
  const own = ownTiles(options.tilesUrl)
  const sources: Record<string, SourceSpecification> = own
    ? { own }
    : {
        basemap: {
          type: 'vector',
          tiles: ['bundled://basemap/{z}/{x}/{y}'],
          maxzoom: 7,
          attribution: options.attribution,
        },
        places: { type: 'geojson', data: options.places },
      }
  const layers: LayerSpecification[] = own
    ? [background(palette.plain), { id: 'own', type: 'raster', source: 'own' }]
    : [...groundLayers(palette, options.hasGround), ...labelLayers(palette, options.language)]
  return { version: 8, sources, layers }
}

function ownTiles(url: string | null): SourceSpecification | null {
  if (!url) return null
  if (url.includes('{z}')) return { type: 'raster', tiles: [url], tileSize: 256, maxzoom: 18 }
  return { type: 'raster', url: `pmtiles://${url}`, tileSize: 256 }
}

function background(colour: string | ExpressionSpecification): LayerSpecification {
  return { id: 'background', type: 'background', paint: { 'background-color': colour } }
}

function fading(from: string, to: string): ExpressionSpecification {
  return ['interpolate', ['linear'], ['zoom'], FADE_FROM_ZOOM, from, FADE_TO_ZOOM, to]
}

function groundLayers(palette: Palette, hasGround: boolean): LayerSpecification[] {
  const water = fading(palette.water, palette.plain)
  return [
    background(hasGround ? water : palette.plain),
    {
      id: 'land',
      type: 'fill',
      source: 'basemap',
      'source-layer': 'land',
      paint: { 'fill-color': palette.land, 'fill-antialias': false },
    },
    { id: 'lakes', type: 'fill', source: 'basemap', 'source-layer': 'lakes', paint: { 'fill-color': water } },
    {
      id: 'rivers',
      type: 'line',
      source: 'basemap',
      'source-layer': 'rivers',
      paint: {
        'line-color': fading(palette.river, palette.plain),
        'line-width': ['interpolate', ['linear'], ['zoom'], 4, 0.5, 9, 2],
      },
    },
  ]
}

function labelLayers(palette: Palette, language: 'zh' | 'en'): LayerSpecification[] {
  const name: ExpressionSpecification = ['get', language]
  const halo = { 'text-halo-color': palette.halo, 'text-halo-width': 1.2 }
  const cities = (rank: number, minzoom: number, maxzoom: number, size: number): LayerSpecification => ({
    id: `cities-${rank}`,
    type: 'symbol',
    source: 'places',
    minzoom,
    maxzoom,
    filter: ['all', ['==', ['get', 'kind'], 'city'], ['==', ['get', 'rank'], rank]],
    layout: { 'text-field': name, 'text-size': size, 'text-padding': 6, 'text-font': ['sans-serif'] },
    paint: { 'text-color': palette.strong, ...halo },
  })
  return [
    {
      id: 'provinces',
      type: 'symbol',
      source: 'places',
      minzoom: 3,
      maxzoom: 6.5,
      filter: ['==', ['get', 'kind'], 'province'],
      layout: { 'text-field': name, 'text-size': 13, 'text-letter-spacing': 0.12, 'text-font': ['sans-serif'] },
      paint: { 'text-color': palette.label, ...halo },
    },
    cities(1, 4, 13, 15),
    cities(2, 5.5, 13, 14),
    cities(3, 7, 13, 13),
  ]
}
