import type { Position } from '@/generated/documents'

/** Opens the way there in the map app the phone has; the position is WGS-84 and every link says so. */
export function navigationLink(name: string, position: Position, userAgent: string): string {
  const { lat, lon } = position
  const label = encodeURIComponent(name)
  if (/iPhone|iPad|Macintosh.*Mobile/.test(userAgent)) return `https://maps.apple.com/?daddr=${lat},${lon}&q=${label}`
  if (/Android/.test(userAgent)) return `geo:${lat},${lon}?q=${lat},${lon}(${label})`
  return `https://uri.amap.com/navigation?to=${lon},${lat},${label}&coordinate=wgs84&callnative=1`
}
