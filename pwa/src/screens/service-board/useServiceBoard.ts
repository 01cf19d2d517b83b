import { ref, shallowRef, watch } from 'vue'
import { api } from '@/app/api'
import { useErrorWords } from '@/app/errors'
import type { ServiceCount } from './sums'

export const PERIODS = [7, 30, 90, 365] as const
export type Days = (typeof PERIODS)[number]
const DAY_MS = 86_400_000

/** The counts of the tickets taken down in so many days up to now; only the answer to the latest question counts. */
export function useServiceBoard() {
  const { words } = useErrorWords()
  const days = ref<Days>(30)
  const counts = shallowRef<ServiceCount[] | null>(null)
  const error = ref<string | null>(null)
  const since = ref('')
  let question = 0

  async function read(): Promise<void> {
    const mine = ++question
    const now = Date.now()
    const [from, until] = [now - days.value * DAY_MS, now + DAY_MS].map((time) => new Date(time).toISOString())
    try {
      const query = new URLSearchParams({ since: from!, until: until! })
      const board = await api.get<{ counts: ServiceCount[] }>(`/api/v1/boards/service?${query}`)
      if (mine !== question) return
      ;[counts.value, since.value, error.value] = [board.counts, from!, null]
    } catch (problem) {
      if (mine === question) error.value = words(problem)
    }
  }

  watch(days, () => {
    counts.value = null
    void read()
  })
  void read()
  return { days, counts, since, error, read }
}
