import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { api } from '@/app/api'
import { useErrorWords } from '@/app/errors'

export const PERIODS = [7, 30, 90, 365] as const
export type Days = (typeof PERIODS)[number]
const DAY_MS = 86_400_000

export interface BoardReading<Board> {
  days: Ref<Days>
  board: ShallowRef<Board | null>
  since: Ref<string>
  error: Ref<string | null>
  read: () => Promise<void>
}

/** What the server counts of so many days up to now; only the answer to the latest question counts. */
export function useBoard<Board>(name: string, first: Days = 30): BoardReading<Board> {
  const { words } = useErrorWords()
  const days: Ref<Days> = ref(first)
  const board = shallowRef<Board | null>(null)
  const error = ref<string | null>(null)
  const since = ref('')
  let question = 0

  async function read(): Promise<void> {
    const mine = ++question
    const now = Date.now()
    const [from, until] = [now - days.value * DAY_MS, now + DAY_MS].map((time) => new Date(time).toISOString())
    try {
      const query = new URLSearchParams({ since: from!, until: until! })
      const found = await api.get<Board>(`/api/v1/boards/${name}?${query}`)
      if (mine !== question) return
      ;[board.value, since.value, error.value] = [found, from!, null]
    } catch (problem) {
      if (mine === question) error.value = words(problem)
    }
  }

  watch(days, () => {
    board.value = null
    void read()
  })
  void read()
  return { days, board, since, error, read }
}
