import type { NewUpload } from 'cairn-sync'
import type { About } from '@/generated/documents'

/** Without room for its photos a thing is recorded all the same. */
const NO_ROOM: ReadonlySet<string | undefined> = new Set(['photo_no_room', 'storage_full', 'uploads_full'])

export function uploadsOf(photos: readonly { id: string; blob: Blob }[], about: About, name: string): NewUpload[] {
  return photos.map(({ id, blob }, index) => ({
    id,
    blob,
    filename: `${name} ${index + 1}.${blob.type === 'image/png' ? 'png' : 'jpg'}`,
    filetype: blob.type,
    about,
  }))
}

/** False when there is no room for the photos; whatever else is wrong is thrown. */
export async function recordWhole(record: () => Promise<unknown>): Promise<boolean> {
  try {
    await record()
    return true
  } catch (error) {
    const { code } = error as { code?: string }
    // A record is kept with its photos or not at all: where they are there already, only the draft was left.
    if (code === 'upload_exists') return true
    if (NO_ROOM.has(code)) return false
    throw error
  }
}
