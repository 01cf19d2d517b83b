import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useFormat } from '@/app/format'
import { toWallClock } from '@/app/time'
import type { ExportFormat } from '@/widgets/spreadsheet'
import { reasonWords } from '@/widgets/verdict/words'
import type { LogRow } from './filters'
import { EXPORT_COLUMNS, exportTable, type ExportColumn } from './table'

/** Saves the rows that are shown, in their order, with headings in the reader's language. */
export function useExport() {
  const { t } = useI18n()
  const format = useFormat()
  const busy = ref(false)

  async function save(rows: LogRow[], kind: ExportFormat): Promise<void> {
    busy.value = true
    try {
      const { downloadTable } = await import('@/widgets/spreadsheet')
      const headers = Object.fromEntries(
        EXPORT_COLUMNS.map((column) => [column, t(`visitLog.exported.${column}`)]),
      ) as Record<ExportColumn, string>
      const table = exportTable(rows, {
        headers,
        dateTime: (iso) => toWallClock(iso, format.zone.value).replace('T', ' '),
        level: ({ visit }) => t(`verdict.level.${visit.verdict?.level ?? 'waiting'}`),
        reasons: ({ visit }) =>
          (visit.verdict?.reasons ?? [])
            .map((reason) => reasonWords(reason, format))
            .map(({ key, params }) => t(key, params))
            .join(' '),
      })
      const day = format.dayKey(new Date().toISOString())
      await downloadTable(table, kind, `${t('visitLog.fileName')}-${day}`)
    } finally {
      busy.value = false
    }
  }

  return { busy, save }
}
