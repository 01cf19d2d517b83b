import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Rating, Ticket } from '@/generated/documents'
import { answerOf, says } from './answers'
import { useRows } from '@/sync/useRows'

const MOST_RATINGS = 4_000
const NAMES = ['type', 'since', 'said'] as const

/** What a number of the after-sales board counted, as the address says it: a type, a time since, what customers said. */
export function useNarrowing() {
  const route = useRoute()
  const router = useRouter()
  const asked = computed(() =>
    Object.fromEntries(
      NAMES.flatMap((name) => (typeof route.query[name] === 'string' ? [[name, route.query[name]]] : [])),
    ),
  )
  const ratings = useRows('rating', () => (asked.value.said ? { reverse: true, limit: MOST_RATINGS } : null))
  const byTicket = computed(() => {
    const found = new Map<string, Rating[]>()
    for (const one of ratings.value ?? []) found.set(one.ticket_id, [...(found.get(one.ticket_id) ?? []), one])
    return found
  })

  function fits(ticket: Ticket): boolean {
    const { type, since, said } = asked.value
    if (type && ticket.type !== type) return false
    if (since && ticket.created_at < since) return false
    return !said || says(answerOf(ticket, byTicket.value.get(ticket.id) ?? []), said)
  }

  function clear(): void {
    const kept = Object.entries(route.query).filter(([name]) => !NAMES.some((one) => one === name))
    void router.replace({ path: route.path, query: Object.fromEntries(kept) })
  }

  const isNarrow = computed(() => Object.keys(asked.value).length > 0)
  const isRead = computed(() => !asked.value.said || ratings.value !== undefined)
  return { asked, fits, clear, isNarrow, isRead }
}
