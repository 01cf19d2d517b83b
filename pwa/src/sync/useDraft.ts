import { onScopeDispose, reactive, ref, toRaw, watch } from 'vue'
import { session } from '@/app/session'
import { readDraft, removeDraft, writeDraft } from '@/sync/drafts'

const WRITE_AFTER_MS = 120

/**
 * A form's values, kept on this device from the first letter and still there after a reload or a crash.
 * The values must survive structured cloning; blobs do.
 */
export function useDraft<T extends object>(key: string, initial: () => T) {
  const userId = session.session?.user.id ?? 'nobody'
  const value = reactive(initial()) as T
  const restored = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let paused = true
  let done = false

  const ready = readDraft(userId, key)
    .then((kept) => {
      if (kept && !done) {
        Object.assign(value, kept)
        restored.value = true
      }
    })
    // Without its storage the form still works; only its memory is gone.
    .catch(() => undefined)
    .finally(() => {
      paused = false
    })

  /** Writes at once what must not be lost with the next reload. */
  async function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (!done) await writeDraft(userId, key, plain(value)).catch(() => undefined)
  }

  watch(
    () => value,
    () => {
      if (paused || done) return
      clearTimeout(timer)
      timer = setTimeout(() => void write(), WRITE_AFTER_MS)
    },
    { deep: true },
  )

  // A phone may freeze a hidden page for good, so what is typed goes out at once.
  const writeNow = () => timer !== undefined && void write()
  document.addEventListener('visibilitychange', writeNow)
  window.addEventListener('pagehide', writeNow)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', writeNow)
    window.removeEventListener('pagehide', writeNow)
    writeNow()
  })

  /** Forgets the draft, once what it held has been recorded. */
  async function finish(): Promise<void> {
    done = true
    clearTimeout(timer)
    await removeDraft(userId, key).catch(() => undefined)
  }

  async function clear(): Promise<void> {
    paused = true
    Object.assign(value, initial())
    restored.value = false
    await removeDraft(userId, key).catch(() => undefined)
    paused = false
  }

  return { value, restored, ready, write, finish, clear }
}

/** IndexedDB cannot clone Vue's proxies; blobs are left as they are. */
function plain(value: any): any {
  const raw = toRaw(value)
  if (Array.isArray(raw)) return raw.map(plain)
  if (raw === null || typeof raw !== 'object' || raw instanceof Blob) return raw
  return Object.fromEntries(Object.entries(raw).map(([name, inner]) => [name, plain(inner)]))
}
