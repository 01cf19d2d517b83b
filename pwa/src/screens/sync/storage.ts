import { browserStorage, type Pressure, type StorageState } from 'cairn-sync'
import { onMounted, ref, watch, type WatchSource } from 'vue'
import { engine } from '@/sync/current'

/** What this browser gives us, and whether it has promised to keep it; null where it does not say. */
export function useStorageState(changed: WatchSource) {
  const state = ref<StorageState | null>(null)
  const pressure = ref<Pressure>(null)

  async function read(): Promise<void> {
    state.value = await browserStorage()
    pressure.value = (await engine.value?.room.pressure()) ?? null
  }

  async function askToKeep(): Promise<boolean> {
    const granted = (await navigator.storage?.persist?.()) ?? false
    await read()
    return granted
  }

  onMounted(read)
  watch(changed, read)
  return { state, pressure, askToKeep }
}

export function megabytes(bytes: number): number {
  return bytes / 1_000_000
}
