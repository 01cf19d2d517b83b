import { ref, shallowRef } from 'vue'
import { api } from '@/app/api'
import { useErrorWords } from '@/app/errors'

/** A list that only the server has: undefined while it is asked for, with words when it cannot be had. */
export function useOnlineList<T extends { id: string }>(path: string) {
  const { words } = useErrorWords()
  const rows = shallowRef<T[] | undefined>(undefined)
  const error = ref<string | null>(null)

  async function read(): Promise<void> {
    error.value = null
    try {
      const answer = await api.get<T[] | { items: T[] }>(path)
      rows.value = Array.isArray(answer) ? answer : answer.items
    } catch (problem) {
      error.value = words(problem)
    }
  }

  async function remove(id: string): Promise<void> {
    try {
      await api.remove(`${path}/${id}`)
      rows.value = rows.value?.filter((row) => row.id !== id)
    } catch (problem) {
      error.value = words(problem)
    }
  }

  void read()
  return { rows, error, read, remove }
}
