import { type ExifFacts, exifSegment, readExif, uprightExif, withExif } from './exif'

export interface Photo {
  id: string
  blob: Blob
  width: number
  height: number
  exif: ExifFacts
}

export class NotAPicture extends Error {}

const MOST_BYTES = 400_000
const LONGEST_SIDE = 1920
const QUALITIES = [0.82, 0.72, 0.6]
const SMALLER = 0.75
const ROUNDS = 4

/** Makes a photo small enough for a weak network, upright, and still saying where and when it was taken. */
export async function shrinkPhoto(id: string, original: Blob): Promise<Photo> {
  const segment = exifSegment(new Uint8Array(await original.arrayBuffer()))
  const picture = await createImageBitmap(original, { imageOrientation: 'from-image' }).catch(() => {
    throw new NotAPicture()
  })
  const exif = segment ? readExif(segment.bytes) : { lat: null, lon: null, taken_at: null }
  const kept = segment ? uprightExif(segment.bytes) : null
  try {
    return { id, exif, ...(await fit(picture, kept)) }
  } finally {
    picture.close()
  }
}

async function fit(picture: ImageBitmap, exif: Uint8Array | null): Promise<Omit<Photo, 'id' | 'exif'>> {
  let scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height))
  let best: Omit<Photo, 'id' | 'exif'> | null = null
  for (let round = 0; round < ROUNDS; round += 1) {
    const canvas = draw(picture, scale)
    for (const quality of QUALITIES) {
      const blob = await encode(canvas, quality, exif)
      best = { blob, width: canvas.width, height: canvas.height }
      if (blob.size <= MOST_BYTES) return best
    }
    scale *= SMALLER
  }
  return best!
}

function draw(picture: ImageBitmap, scale: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  const context = canvas.getContext('2d')!
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return canvas
}

async function encode(canvas: HTMLCanvasElement, quality: number, exif: Uint8Array | null): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
  if (!blob) throw new NotAPicture()
  if (!exif) return blob
  const bytes = withExif(new Uint8Array(await blob.arrayBuffer()), exif)
  return new Blob([bytes as BlobPart], { type: 'image/jpeg' })
}
