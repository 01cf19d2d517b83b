import type { Cell } from '@/widgets/spreadsheet'
import type { LogRow } from './filters'

/** What an exported sheet says of a visit, in the reader's language and the organization's zone. */
export interface ExportWords {
  headers: Record<ExportColumn, string>
  dateTime(iso: string): string
  level(row: LogRow): string
  reasons(row: LogRow): string
}

export const EXPORT_COLUMNS = [
  'checkedIn',
  'checkedOut',
  'person',
  'customer',
  'verdict',
  'score',
  'reasons',
  'distance',
  'accuracy',
  'latitude',
  'longitude',
  'late',
  'photos',
  'note',
  'report',
  'nextStep',
] as const

export type ExportColumn = (typeof EXPORT_COLUMNS)[number]

/** Heading and rows; numbers stay numbers so that a spreadsheet can reckon with them. */
export function exportTable(rows: LogRow[], words: ExportWords): Cell[][] {
  const heading = EXPORT_COLUMNS.map((column) => words.headers[column])
  return [heading, ...rows.map((row) => exportRow(row, words))]
}

function exportRow(row: LogRow, words: ExportWords): Cell[] {
  const { visit } = row
  return [
    words.dateTime(visit.checked_in_at),
    visit.checked_out_at ? words.dateTime(visit.checked_out_at) : null,
    row.person,
    visit.account_name,
    words.level(row),
    visit.verdict?.score ?? null,
    words.reasons(row),
    visit.distance_m === null ? null : Math.round(visit.distance_m),
    visit.position ? Math.round(visit.position.accuracy_m) : null,
    visit.position?.lat ?? null,
    visit.position?.lon ?? null,
    row.late_s === null ? null : Math.round(row.late_s / 60),
    visit.photo_ids.length,
    visit.note,
    visit.report,
    visit.next_step?.text ?? null,
  ]
}
