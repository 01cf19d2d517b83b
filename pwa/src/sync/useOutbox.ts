import type { NewUpload, OutboxEntry } from 'cairn-sync'
import { computed, shallowRef } from 'vue'
import { engine } from '@/sync/current'

const entries = shallowRef<OutboxEntry[]>([])

/** Reads the outbox again; the wiring calls it whenever the engine reports a change. */
export async function refreshOutbox(): Promise<void> {
  entries.value = engine.value ? await engine.value.outbox() : []
}

const WAITING: OutboxEntry['state'][] = ['queued', 'sending']

/** Ids of the documents whose visible state is still only on this device. */
const pendingIds = computed(() => {
  const ids = new Set<string>()
  for (const entry of entries.value) {
    if (WAITING.includes(entry.state)) for (const key of entry.touches) ids.add(key.id)
  }
  return ids
})

export function useOutbox() {
  return {
    entries: computed(() => entries.value),
    waiting: computed(() => entries.value.filter((entry) => WAITING.includes(entry.state))),
    isPending: (id: string) => pendingIds.value.has(id),
    pendingFor: (id: string) => entries.value.filter((entry) => entry.touches.some((key) => key.id === id)),
    add,
  }
}

/** Records a mutation and its photos; they are safe on this device when the promise settles, network or not. */
async function add(name: string, args: Record<string, any>, photos: NewUpload[] = []): Promise<OutboxEntry> {
  if (!engine.value) throw new Error('no engine: nobody is signed in')
  const entry = await engine.value.record(name, args, photos)
  await refreshOutbox()
  void import('@/sync/background').then(({ afterRecord }) => afterRecord()).catch(() => undefined)
  return entry
}
