import { describe, expect, it } from 'vitest'
import { exifSegment, readExif, uprightExif, withExif } from '@/widgets/photos/exif'

/** A small EXIF block written by hand: orientation 6, a place in Suzhou, a moment with its offset. */
function sample(little: boolean): Uint8Array {
  const bytes = new Uint8Array(320)
  const view = new DataView(bytes.buffer)
  const tiff = 10
  bytes.set([0xff, 0xe1, 1, 62], 0)
  bytes.set(
    [...'Exif\0\0'].map((letter) => letter.charCodeAt(0)),
    4,
  )
  const short = (at: number, value: number) => view.setUint16(tiff + at, value, little)
  const long = (at: number, value: number) => view.setUint32(tiff + at, value, little)
  const text = (at: number, words: string) =>
    bytes.set(
      [...words].map((letter) => letter.charCodeAt(0)),
      tiff + at,
    )
  view.setUint16(tiff, little ? 0x4949 : 0x4d4d)
  short(2, 42)
  long(4, 8)
  const entry = (at: number, tag: number, type: number, count: number) => {
    short(at, tag)
    short(at + 2, type)
    long(at + 4, count)
    return at + 8
  }
  short(8, 3)
  short(entry(10, 0x0112, 3, 1), 6)
  long(entry(22, 0x8769, 4, 1), 60)
  long(entry(34, 0x8825, 4, 1), 100)
  short(60, 2)
  long(entry(62, 0x9003, 2, 20), 180)
  long(entry(74, 0x9011, 2, 7), 204)
  short(100, 4)
  text(entry(102, 1, 2, 2), 'N')
  long(entry(114, 2, 5, 3), 220)
  text(entry(126, 3, 2, 2), 'E')
  long(entry(138, 4, 5, 3), 250)
  text(180, '2026:11:22 09:30:00')
  text(204, '+08:00')
  const degrees = (at: number, parts: [number, number][]) =>
    parts.forEach(([above, below], index) => {
      long(at + index * 8, above)
      long(at + index * 8 + 4, below)
    })
  degrees(220, [
    [31, 1],
    [18, 1],
    [0, 1],
  ])
  degrees(250, [
    [120, 1],
    [36, 1],
    [900, 100],
  ])
  return bytes
}

const jpeg = (segment: Uint8Array) => withExif(new Uint8Array([0xff, 0xd8, 0xff, 0xda, 1, 2, 3]), segment)

describe.each([true, false])('EXIF, little endian: %s', (little) => {
  it('is found behind the start and carried into another picture', () => {
    const found = exifSegment(jpeg(sample(little)))
    expect(found?.start).toBe(2)
    expect(found?.bytes.length).toBe(320)
    expect(exifSegment(jpeg(found!.bytes))?.bytes).toEqual(found?.bytes)
  })
  it('says where and when', () => {
    const facts = readExif(sample(little))
    expect(facts.lat).toBeCloseTo(31.3, 6)
    expect(facts.lon).toBeCloseTo(120.6025, 6)
    expect(facts.taken_at).toBe('2026-11-22T09:30:00+08:00')
  })
  it('is upright once the pixels are', () => {
    const upright = uprightExif(sample(little))
    expect(upright.filter((value, index) => value !== sample(little)[index])).toEqual(new Uint8Array([1]))
    expect(readExif(upright).taken_at).toBe('2026-11-22T09:30:00+08:00')
  })
})

it('says nothing about what is broken or no JPEG', () => {
  expect(exifSegment(new Uint8Array([1, 2, 3]))).toBeNull()
  expect(exifSegment(new Uint8Array([0xff, 0xd8, 0xff, 0xda]))).toBeNull()
  const cut = sample(true).slice(0, 90)
  expect(readExif(cut)).toEqual({ lat: null, lon: null, taken_at: null })
  expect(uprightExif(new Uint8Array(8))).toHaveLength(8)
})
