import { onMounted, ref } from 'vue'

export interface StorageState {
  used: number
  quota: number
  persisted: boolean
}

/** What this browser gives us, and whether it has promised to keep it; null where it does not say. */
export function useStorageState() {
  const state = ref<StorageState | null>(null)

  async function read(): Promise<void> {
    if (!navigator.storage?.estimate) return
    const { usage = 0, quota = 0 } = await navigator.storage.estimate()
    const persisted = (await navigator.storage.persisted?.()) ?? false
    state.value = { used: usage, quota, persisted }
  }

  async function askToKeep(): Promise<boolean> {
    const granted = (await navigator.storage?.persist?.()) ?? false
    await read()
    return granted
  }

  onMounted(read)
  return { state, askToKeep }
}

export function megabytes(bytes: number): number {
  return bytes / 1_000_000
}
