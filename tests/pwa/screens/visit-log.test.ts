import { describe, expect, it } from 'vitest'
import type { Visit } from '@/generated/documents'
import {
  applyFilters,
  filtersFromQuery,
  filtersToQuery,
  isFiltered,
  NO_FILTERS,
  periodDays,
  periodOf,
  type LogRow,
} from '@/screens/visit-log/filters'
import { exportTable, EXPORT_COLUMNS } from '@/screens/visit-log/table'
import { harmless, toCsv } from '@/widgets/spreadsheet'
import { visit } from './builders'

const collator = new Intl.Collator('zh-CN', { numeric: true })
const row = (part: Partial<Visit>, more: Partial<LogRow> = {}): LogRow => ({
  visit: visit(part),
  person: '李雷',
  day: '2026-11-20',
  late_s: 5,
  search: 'chenghu ch',
  ...more,
})
const rows = [
  row({
    id: 'a',
    distance_m: 900,
    checked_in_at: '2026-11-20T01:00:00Z',
    verdict: { level: 'doubtful', score: 30, reasons: [] },
  }),
  row(
    {
      id: 'b',
      distance_m: null,
      checked_in_at: '2026-11-20T03:00:00Z',
      verdict: null,
    },
    { person: '韩梅梅', day: '2026-11-21' },
  ),
  row(
    {
      id: 'c',
      distance_m: 10,
      checked_in_at: '2026-11-20T02:00:00Z',
      user_id: 'u2',
    },
    { search: '无锡 wuxi wx' },
  ),
]
const ids = (part: Parameters<typeof applyFilters>[1]) =>
  applyFilters(rows, part, collator)
    .map((found) => found.visit.id)
    .join('')

describe('filters', () => {
  it.each([
    [{}, 'bca'],
    [{ person: 'u2' }, 'c'],
    [{ verdict: 'odd' as const }, 'a'],
    [{ verdict: 'waiting' as const }, 'b'],
    [{ verdict: 'ok' as const }, 'c'],
    [{ customer: ' WX ' }, 'c'],
    [{ customer: 'wuxi 无锡' }, 'c'],
    [{ from: '2026-11-21' }, 'b'],
    [{ to: '2026-11-20' }, 'ca'],
    [{ sort: 'distance' as const, descending: false }, 'cab'],
    [{ sort: 'verdict' as const, descending: false }, 'acb'],
    [{ sort: 'time' as const, descending: false }, 'acb'],
  ])('%j keeps %s', (part, expected) => expect(ids({ ...NO_FILTERS, ...part })).toBe(expected))

  it('survive the way through the address', () => {
    const filters = {
      person: 'u1',
      from: '2026-11-01',
      to: '2026-11-20',
      verdict: 'odd',
      customer: '澄湖',
      sort: 'late',
      descending: false,
    } as const
    expect(filtersFromQuery(filtersToQuery(filters))).toEqual(filters)
    expect(filtersToQuery(NO_FILTERS)).toEqual({})
  })

  it('ignore what an address cannot mean', () => {
    expect(
      filtersFromQuery({
        from: 'yesterday',
        verdict: 'nice',
        sort: '-nothing',
        person: ['x', 'y'],
      }),
    ).toEqual(NO_FILTERS)
    expect(isFiltered(NO_FILTERS)).toBe(false)
    expect(isFiltered({ ...NO_FILTERS, customer: ' x' })).toBe(true)
  })

  it('know the usual periods', () => {
    expect(periodDays('week', '2026-11-20')).toEqual({
      from: '2026-11-14',
      to: '2026-11-20',
    })
    expect(periodOf({ ...NO_FILTERS, ...periodDays('yesterday', '2026-11-20') }, '2026-11-20')).toBe('yesterday')
    expect(periodOf({ ...NO_FILTERS, from: '2026-11-03' }, '2026-11-20')).toBeNull()
  })
})

describe('export', () => {
  it.each(['=1+1', '+1', '-1', '@sum', '\tx'])('makes %j harmless', (text) => expect(harmless(text)).toBe(`'${text}`))
  it('leaves numbers alone', () => expect(harmless(-3)).toBe(-3))
  it('quotes what needs it and starts with a byte order mark', () => {
    expect(toCsv([['a', 'b"c', 'd,e\nf', null, 3]])).toBe('\uFEFFa,"b""c","d,e\nf",,3\r\n')
  })
  it('has a heading for every column and one line a visit', () => {
    const headers = Object.fromEntries(EXPORT_COLUMNS.map((column) => [column, column])) as any
    const table = exportTable(rows, {
      headers,
      dateTime: (iso) => iso,
      level: () => 'x',
      reasons: () => '',
    })
    expect(table).toHaveLength(4)
    expect(new Set(table.map((line) => line.length))).toEqual(new Set([EXPORT_COLUMNS.length]))
  })
})
