import { saveFile } from './saveFile'

export type Cell = string | number | null

export type ExportFormat = 'csv' | 'xlsx'

/** Writes the table to a file; the spreadsheet writer is fetched only when somebody wants one. */
export async function downloadTable(table: Cell[][], format: ExportFormat, name: string): Promise<void> {
  const blob = format === 'csv' ? new Blob([toCsv(table)], { type: 'text/csv;charset=utf-8' }) : await toXlsx(table)
  saveFile(blob, `${name}.${format}`)
}

async function toXlsx(table: Cell[][]): Promise<Blob> {
  const { default: writeExcelFile } = await import('write-excel-file/browser')
  const [heading = [], ...rows] = table
  const sheet = [
    heading.map((value) => ({ value: String(value ?? ''), fontWeight: 'bold' as const })),
    ...rows.map((row) => row.map(typed)),
  ]
  return writeExcelFile(sheet as any, { stickyRowsCount: 1 } as any).toBlob()
}

/** Text is written as text, so a spreadsheet never takes it for a formula. */
function typed(value: Cell) {
  if (value === null) return null
  return typeof value === 'number' ? { value, type: Number } : { value, type: String }
}

/** A leading sign makes a spreadsheet run text as a formula, so text that starts with one is quoted with an apostrophe. */
export function harmless(cell: Cell): Cell {
  return typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
}

/** RFC 4180 with a byte order mark, without which Excel reads Chinese as rubbish. */
export function toCsv(table: Cell[][]): string {
  const line = (cells: Cell[]) => cells.map((cell) => quoted(harmless(cell))).join(',')
  return `\uFEFF${table.map(line).join('\r\n')}\r\n`
}

function quoted(cell: Cell): string {
  if (cell === null) return ''
  const text = String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
