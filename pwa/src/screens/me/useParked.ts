import { ref } from 'vue'
import { api } from '@/app/api'
import { useErrorWords } from '@/app/errors'
import type { ParkedMutation } from '@/generated/documents'
import { useOnlineList } from './useOnlineList'

const PATH = '/api/v1/parked-mutations'

/** What the server could not digest, and what an administrator can do about it. */
export function useParked() {
  const { rows, error, read } = useOnlineList<ParkedMutation>(`${PATH}?state=waiting&sort=received_at&limit=200`)
  const { words } = useErrorWords()
  /** Asked to be tried again: whether it went well shows when the list is read anew. */
  const asked = ref(new Set<string>())

  async function act(id: string, action: 'retry' | 'dismiss'): Promise<void> {
    try {
      await api.post(`${PATH}/${id}/${action}`, {})
      if (action === 'retry') asked.value.add(id)
      else rows.value = rows.value?.filter((row) => row.id !== id)
    } catch (problem) {
      error.value = words(problem)
    }
  }

  async function readAnew(): Promise<void> {
    asked.value.clear()
    await read()
  }

  return { rows, error, asked, act, readAnew }
}
