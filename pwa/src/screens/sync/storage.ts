import { browserStorage, isLow, roomForPhotos, type StorageState } from 'cairn-sync'
import { computed, onMounted, ref, watch, type WatchSource } from 'vue'

/** What this browser gives us, and whether it has promised to keep it; null where it does not say. */
export function useStorageState(changed: WatchSource) {
  const state = ref<StorageState | null>(null)

  async function read(): Promise<void> {
    state.value = await browserStorage()
  }

  async function askToKeep(): Promise<boolean> {
    const granted = (await navigator.storage?.persist?.()) ?? false
    await read()
    return granted
  }

  onMounted(read)
  watch(changed, read)
  const pressure = computed(() => {
    if (!isLow(state.value)) return null
    return roomForPhotos(state.value) > 0 ? 'low' : 'full'
  })
  return { state, pressure, askToKeep }
}

export function megabytes(bytes: number): number {
  return bytes / 1_000_000
}
