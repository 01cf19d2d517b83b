/** The little of a JPEG's EXIF that speaks for a visit: where and when a photo was taken, and which way up it is. */

export interface ExifFacts {
  lat: number | null
  lon: number | null
  /** `YYYY-MM-DDTHH:mm:ss` as the camera's clock showed it, with its offset when the camera knew one. */
  taken_at: string | null
}

interface Segment {
  start: number
  /** The whole segment with its marker and length. */
  bytes: Uint8Array
}

const START_OF_SCAN = 0xda
const APP1 = 0xe1
const EXIF = 'Exif\0\0'
const HEADER_BYTES = 4 + EXIF.length

const [TAG_ORIENTATION, TAG_EXIF, TAG_GPS] = [0x0112, 0x8769, 0x8825]
const [TAG_TAKEN_AT, TAG_TAKEN_OFFSET] = [0x9003, 0x9011]
const [TAG_LAT_REF, TAG_LAT, TAG_LON_REF, TAG_LON] = [1, 2, 3, 4]

/** Finds the EXIF segment of a JPEG; null for anything else. */
export function exifSegment(jpeg: Uint8Array): Segment | null {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return null
  let at = 2
  while (at + HEADER_BYTES <= jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg[at + 1]
    if (marker === START_OF_SCAN) return null
    const length = 2 + (jpeg[at + 2]! << 8) + jpeg[at + 3]!
    const name = String.fromCharCode(...jpeg.subarray(at + 4, at + HEADER_BYTES))
    if (marker === APP1 && name === EXIF && at + length <= jpeg.length) {
      return { start: at, bytes: jpeg.slice(at, at + length) }
    }
    at += length
  }
  return null
}

interface Entry {
  tag: number
  type: number
  count: number
  /** Where the value (or the pointer to it) stands, counted from the TIFF header. */
  at: number
}

class Tiff {
  readonly #view: DataView
  readonly #little: boolean

  constructor(segment: Uint8Array) {
    this.#view = new DataView(segment.buffer, segment.byteOffset + HEADER_BYTES, segment.byteLength - HEADER_BYTES)
    this.#little = this.#view.getUint16(0) === 0x4949
  }

  short = (at: number) => this.#view.getUint16(at, this.#little)
  long = (at: number) => this.#view.getUint32(at, this.#little)

  setShort(at: number, value: number): void {
    this.#view.setUint16(at, value, this.#little)
  }

  entries(directory: number): Entry[] {
    const count = Math.min(this.short(directory), 512)
    return Array.from({ length: count }, (_, index) => {
      const at = directory + 2 + index * 12
      return { tag: this.short(at), type: this.short(at + 2), count: this.long(at + 4), at: at + 8 }
    })
  }

  text(entry: Entry): string {
    const at = entry.count > 4 ? this.long(entry.at) : entry.at
    let text = ''
    for (let index = 0; index < Math.min(entry.count, 64); index += 1) {
      const code = this.#view.getUint8(at + index)
      if (code === 0) break
      text += String.fromCharCode(code)
    }
    return text
  }

  /** Degrees, minutes and seconds as three fractions. */
  degrees(entry: Entry): number {
    const at = this.long(entry.at)
    const parts = [0, 8, 16].map((offset) => this.long(at + offset) / this.long(at + offset + 4))
    return parts[0]! + parts[1]! / 60 + parts[2]! / 3600
  }
}

function directoryOf(tiff: Tiff, tag: number): Entry[] {
  const pointer = tiff.entries(tiff.long(4)).find((entry) => entry.tag === tag)
  return pointer ? tiff.entries(tiff.long(pointer.at)) : []
}

function coordinate(tiff: Tiff, entries: Entry[], valueTag: number, refTag: number, negative: string): number | null {
  const value = entries.find((entry) => entry.tag === valueTag)
  if (!value) return null
  const ref = entries.find((entry) => entry.tag === refTag)
  const degrees = tiff.degrees(value) * (ref && tiff.text(ref) === negative ? -1 : 1)
  return Number.isFinite(degrees) ? degrees : null
}

function takenAt(tiff: Tiff): string | null {
  const entries = directoryOf(tiff, TAG_EXIF)
  const entry = entries.find(({ tag }) => tag === TAG_TAKEN_AT)
  const match = entry && /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(tiff.text(entry))
  if (!match) return null
  const offsetEntry = entries.find(({ tag }) => tag === TAG_TAKEN_OFFSET)
  const offset = offsetEntry ? tiff.text(offsetEntry) : ''
  return `${match[1]}-${match[2]}-${match[3]}T${match[4]}${/^[+-]\d\d:\d\d$/.test(offset) ? offset : ''}`
}

/** Reads what a segment says; a broken one says nothing. */
export function readExif(segment: Uint8Array): ExifFacts {
  const nothing: ExifFacts = { lat: null, lon: null, taken_at: null }
  try {
    const tiff = new Tiff(segment)
    const gps = directoryOf(tiff, TAG_GPS)
    const lat = coordinate(tiff, gps, TAG_LAT, TAG_LAT_REF, 'S')
    const lon = coordinate(tiff, gps, TAG_LON, TAG_LON_REF, 'W')
    return { lat, lon, taken_at: takenAt(tiff) }
  } catch {
    return nothing
  }
}

/** The same segment for a picture whose pixels have been turned upright already. */
export function uprightExif(segment: Uint8Array): Uint8Array {
  const copy = segment.slice()
  try {
    const tiff = new Tiff(copy)
    const orientation = tiff.entries(tiff.long(4)).find((entry) => entry.tag === TAG_ORIENTATION)
    if (orientation) tiff.setShort(orientation.at, 1)
  } catch {
    // A segment that cannot be read is carried on as it is: judging it is the server's part.
  }
  return copy
}

/** Puts the segment of the original right behind the new picture's start, where readers look for it. */
export function withExif(jpeg: Uint8Array, segment: Uint8Array): Uint8Array {
  const joined = new Uint8Array(jpeg.length + segment.length)
  joined.set(jpeg.subarray(0, 2), 0)
  joined.set(segment, 2)
  joined.set(jpeg.subarray(2), 2 + segment.length)
  return joined
}
