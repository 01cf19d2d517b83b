import { computed } from 'vue'
import { useBoard } from '@/app/useBoard'
import type { ServiceCount } from './sums'

/** The counts of the tickets taken down in so many days up to now. */
export function useServiceBoard() {
  const { board, ...rest } = useBoard<{ counts: ServiceCount[] }>('service')
  return { ...rest, counts: computed(() => board.value?.counts ?? null) }
}
