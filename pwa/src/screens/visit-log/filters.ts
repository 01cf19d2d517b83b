import type { LocationQuery } from 'vue-router'
import { addDays } from '@/app/time'
import type { VerdictLevel, Visit } from '@/generated/documents'

export type VerdictFilter = VerdictLevel | 'waiting' | 'odd'
export type SortField = 'time' | 'person' | 'customer' | 'distance' | 'accuracy' | 'verdict' | 'late'

export interface LogFilters {
  person: string | null
  /** Calendar days of the organization's zone, both included; null is open-ended. */
  from: string | null
  to: string | null
  verdict: VerdictFilter | null
  customer: string
  sort: SortField
  descending: boolean
}

export const VERDICT_FILTERS: VerdictFilter[] = ['odd', 'ok', 'review', 'doubtful', 'waiting']
export const SORT_FIELDS: SortField[] = ['time', 'person', 'customer', 'distance', 'accuracy', 'verdict', 'late']

export const NO_FILTERS: LogFilters = {
  person: null,
  from: null,
  to: null,
  verdict: null,
  customer: '',
  sort: 'time',
  descending: true,
}

/** One line of the log with what sorting and searching need, worked out once. */
export interface LogRow {
  visit: Visit
  person: string
  day: string
  late_s: number | null
  /** The customer's name, pinyin and initials in lower case. */
  search: string
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

export function filtersFromQuery(query: LocationQuery): LogFilters {
  const text = (name: string) => (typeof query[name] === 'string' ? (query[name] as string) : '')
  const sort = text('sort')
  const field = sort.replace(/^-/, '') as SortField
  return {
    person: text('person') || null,
    from: DAY.test(text('from')) ? text('from') : null,
    to: DAY.test(text('to')) ? text('to') : null,
    verdict: VERDICT_FILTERS.find((filter) => filter === text('verdict')) ?? null,
    customer: text('customer'),
    sort: SORT_FIELDS.includes(field) ? field : NO_FILTERS.sort,
    descending: sort ? sort.startsWith('-') : NO_FILTERS.descending,
  }
}

/** Only what differs from the default, so that a link says what it means. */
export function filtersToQuery(filters: LogFilters): Record<string, string> {
  const query: Record<string, string> = {}
  for (const name of ['person', 'from', 'to', 'verdict', 'customer'] as const) {
    const value = filters[name]
    if (value) query[name] = value
  }
  if (filters.sort !== NO_FILTERS.sort || filters.descending !== NO_FILTERS.descending)
    query.sort = `${filters.descending ? '-' : ''}${filters.sort}`
  return query
}

export function isFiltered(filters: LogFilters): boolean {
  return Boolean(filters.person || filters.from || filters.to || filters.verdict || filters.customer.trim())
}

export function applyFilters(rows: LogRow[], filters: LogFilters, collator: Intl.Collator): LogRow[] {
  const words = filters.customer.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const kept = rows.filter(
    (row) =>
      (!filters.person || row.visit.user_id === filters.person) &&
      (!filters.from || row.day >= filters.from) &&
      (!filters.to || row.day <= filters.to) &&
      matchesVerdict(row.visit, filters.verdict) &&
      words.every((word) => row.search.includes(word)),
  )
  const direction = filters.descending ? -1 : 1
  const compare = COMPARISONS[filters.sort]
  return kept.sort((a, b) => direction * compare(a, b, collator) || byTime(b, a))
}

export function matchesVerdict(visit: Visit, filter: VerdictFilter | null): boolean {
  if (!filter) return true
  if (filter === 'waiting') return visit.verdict === null
  if (filter === 'odd') return visit.verdict !== null && visit.verdict.level !== 'ok'
  return visit.verdict?.level === filter
}

type Comparison = (a: LogRow, b: LogRow, collator: Intl.Collator) => number

const COMPARISONS: Record<SortField, Comparison> = {
  time: byTime,
  person: (a, b, collator) => collator.compare(a.person, b.person),
  customer: (a, b, collator) => collator.compare(a.visit.account_name, b.visit.account_name),
  distance: (a, b) => unknownLast(a.visit.distance_m, b.visit.distance_m),
  accuracy: (a, b) => unknownLast(a.visit.position?.accuracy_m ?? null, b.visit.position?.accuracy_m ?? null),
  verdict: (a, b) => unknownLast(a.visit.verdict?.score ?? null, b.visit.verdict?.score ?? null),
  late: (a, b) => unknownLast(a.late_s, b.late_s),
}

function byTime(a: LogRow, b: LogRow): number {
  return compareText(a.visit.checked_in_at, b.visit.checked_in_at) || compareText(a.visit.id, b.visit.id)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function unknownLast(a: number | null, b: number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a - b
}

export type Period = 'today' | 'yesterday' | 'week' | 'month' | 'all'

/** The days a period covers, counted back from today. */
export function periodDays(period: Period, today: string): Pick<LogFilters, 'from' | 'to'> {
  switch (period) {
    case 'today':
      return { from: today, to: today }
    case 'yesterday':
      return { from: addDays(today, -1), to: addDays(today, -1) }
    case 'week':
      return { from: addDays(today, -6), to: today }
    case 'month':
      return { from: addDays(today, -29), to: today }
    case 'all':
      return { from: null, to: null }
  }
}

export function periodOf(filters: LogFilters, today: string): Period | null {
  const periods: Period[] = ['today', 'yesterday', 'week', 'month', 'all']
  return (
    periods.find((period) => {
      const days = periodDays(period, today)
      return days.from === filters.from && days.to === filters.to
    }) ?? null
  )
}
