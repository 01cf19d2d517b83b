import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { api } from '@/app/api'
import { useErrorWords } from '@/app/errors'
import type { ManagedDevice, ManagedDevices, Shown } from './types'

const PATH = '/api/organization/devices'
const TYPING_MS = 250

/** The organization's devices, page by page; only the answer to the latest question counts. */
export function useManagedDevices() {
  const { words } = useErrorWords()
  const devices = shallowRef<ManagedDevice[] | null>(null)
  const counts = shallowRef<ManagedDevices['counts'] | null>(null)
  const next = ref<string | null>(null)
  const error = ref<string | null>(null)
  const search = ref('')
  const shown = ref<Shown>('active')
  let question = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function read(cursor: string | null = null): Promise<void> {
    const mine = ++question
    const query = new URLSearchParams({ show: shown.value, search: search.value.trim() })
    if (cursor) query.set('cursor', cursor)
    try {
      const page = await api.get<ManagedDevices>(`${PATH}?${query}`)
      if (mine !== question) return
      devices.value = cursor ? [...(devices.value ?? []), ...page.items] : page.items
      counts.value = page.counts
      next.value = page.next
      error.value = null
    } catch (problem) {
      if (mine === question) error.value = words(problem)
    }
  }

  async function change(work: Promise<unknown>): Promise<void> {
    try {
      await work
      await read()
    } catch (problem) {
      error.value = words(problem)
    }
  }

  watch(shown, () => {
    devices.value = null
    void read()
  })
  watch(search, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void read(), TYPING_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  void read()

  return {
    ...{ devices, counts, next, error, search, shown },
    read: () => read(),
    readMore: () => read(next.value),
    erase: (id: string) => change(api.post(`${PATH}/${id}/wipe`)),
    keep: (id: string) => change(api.remove(`${PATH}/${id}/wipe`)),
    end: (id: string) => change(api.remove(`/api/devices/${id}`)),
  }
}
