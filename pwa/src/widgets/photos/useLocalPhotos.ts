import { onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { engine } from '@/sync/current'

export interface LocalPhoto {
  id: string
  blob: Blob
}

/** Photos of a record that are still on this device, so that one sees them before the server has them. */
export function useLocalPhotos(recordId: MaybeRefOrGetter<string>) {
  const photos = shallowRef<LocalPhoto[]>([])
  let stop: (() => void) | undefined

  async function read(): Promise<void> {
    const uploads = engine.value?.uploads
    if (!uploads) return
    const rows = (await uploads.list()).filter((row) => (row.about as { id?: string } | null)?.id === toValue(recordId))
    const blobs = await Promise.all(rows.map((row) => uploads.blob(row.id)))
    photos.value = rows.flatMap((row, index) => (blobs[index] ? [{ id: row.id, blob: blobs[index] }] : []))
  }

  watch(
    [engine, () => toValue(recordId)],
    () => {
      stop?.()
      stop = engine.value?.uploads.onChange(() => void read())
      void read()
    },
    { immediate: true },
  )
  onScopeDispose(() => stop?.())
  return photos
}
