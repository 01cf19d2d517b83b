import { onScopeDispose, shallowRef, watch } from 'vue'
import { engine } from '@/sync/current'

export interface UploadItem {
  id: string
  filename: string
  filetype: string
  bytes: number
  sent: number
  state: string
  code: string | null
}

/** The photos that are not on the server yet, with their progress. */
export function useUploads() {
  const uploads = shallowRef<UploadItem[]>([])
  let stop: (() => void) | undefined

  async function read(): Promise<void> {
    uploads.value = engine.value ? ((await engine.value.uploads.list()) as UploadItem[]) : []
  }

  watch(
    engine,
    (running) => {
      stop?.()
      stop = running?.uploads.onChange(() => void read())
      void read()
    },
    { immediate: true },
  )
  onScopeDispose(() => stop?.())
  return { uploads, retry: (id: string) => engine.value?.uploads.retry(id) }
}
