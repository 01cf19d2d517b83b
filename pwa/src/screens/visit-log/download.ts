import { saveFile } from '@/widgets/saveFile'
import { toCsv, type Cell } from './table'

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
