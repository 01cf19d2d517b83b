import type { Ticket } from '@/generated/documents'

/** As `GET /api/v1/boards/service` answers. */
export interface ServiceCount {
  user_id: string | null
  type: Ticket['type']
  asked: number
  completed: number
  reopened: number
  answered: number
  solved: number
  satisfaction: number[]
}

export type Sum = Omit<ServiceCount, 'user_id' | 'type'>

export const LEVELS = [1, 2, 3, 4, 5] as const

export function sumOf(counts: readonly ServiceCount[]): Sum {
  const total: Sum = { asked: 0, completed: 0, reopened: 0, answered: 0, solved: 0, satisfaction: LEVELS.map(() => 0) }
  for (const one of counts) {
    for (const name of ['asked', 'completed', 'reopened', 'answered', 'solved'] as const) total[name] += one[name]
    one.satisfaction.forEach((count, place) => (total.satisfaction[place]! += count))
  }
  return total
}

/** The counts that have the same of something, added up; those that have none of it come last. */
export function sumsBy<Key extends string | null>(
  counts: readonly ServiceCount[],
  keyOf: (one: ServiceCount) => Key,
): { key: Key; sum: Sum }[] {
  const keys = [...new Set(counts.map(keyOf))]
  return keys
    .map((key) => ({ key, sum: sumOf(counts.filter((one) => keyOf(one) === key)) }))
    .sort((a, b) => Number(a.key === null) - Number(b.key === null) || b.sum.asked - a.sum.asked)
}

/** Per cent, rounded to two places (F-05, F-17); null of nothing. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part * 10_000) / whole) / 100
}

/** Complaints, and their share of all tickets in per cent with two places. */
export function complaintsOf(counts: readonly ServiceCount[]): {
  complaints: number
  asked: number
  rate: number | null
} {
  const asked = sumOf(counts).asked
  const complaints = sumOf(counts.filter((one) => one.type === 'complaint')).asked
  return { complaints, asked, rate: share(complaints, asked) }
}
