import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { useFormat } from '@/app/format'
import type { Visit } from '@/generated/documents'
import { lateness } from '@/screens/day/timeline'
import { usePeople, useReceiving } from '@/screens/day/useDay'
import { useRows } from '@/sync/useRows'
import { useNow } from '@/widgets/useNow'
import { applyFilters, filtersFromQuery, filtersToQuery, type LogFilters, type LogRow } from './filters'

/** The rows of the log as its address describes them; a link to it is a saved view. */
export function useVisitLog() {
  const route = useRoute()
  const router = useRouter()
  const format = useFormat()
  const { t, locale } = useI18n()
  const visits = useRows('visit', { reverse: true })
  const cards = useRows('account_card')
  const { users, nameOf } = usePeople()
  const now = useNow()

  const filters = computed(() => filtersFromQuery(route.query))
  const today = computed(() => format.dayKey(new Date(now.value).toISOString()))
  const collator = computed(() => new Intl.Collator(locale.value, { numeric: true }))
  const searches = computed(() => new Map((cards.value ?? []).map((card) => [card.id, card.search])))
  const dayKeys = new Map<string, string>()

  /** Ten thousand rows share some thousand minutes: the calendar is asked once for each. */
  function dayOfMinute(iso: string): string {
    const minute = `${format.zone.value} ${iso.slice(0, 16)}`
    const known = dayKeys.get(minute)
    if (known) return known
    const day = format.dayKey(iso)
    dayKeys.set(minute, day)
    return day
  }

  function rowOf(visit: Visit): LogRow {
    return {
      visit,
      person: nameOf(visit.user_id) ?? t('app.unknownPerson'),
      day: dayOfMinute(visit.checked_in_at),
      late_s: lateness(visit),
      search: `${visit.account_name.toLowerCase()} ${searches.value.get(visit.account_id) ?? ''}`,
    }
  }

  const receiving = useReceiving()
  const all = computed(() => (receiving.value ? undefined : visits.value?.map(rowOf)))
  const rows = computed(() => all.value && applyFilters(all.value, filters.value, collator.value))
  const people = computed(() => {
    const seen = new Set(visits.value?.map((visit) => visit.user_id))
    return (users.value ?? [])
      .filter((user) => seen.has(user.id))
      .sort((a, b) => collator.value.compare(a.name, b.name))
  })

  function change(part: Partial<LogFilters>): void {
    void router.replace({ query: filtersToQuery({ ...filters.value, ...part }) })
  }

  return { all, rows, people, filters, today, change }
}
