import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useFormat } from '@/app/format'
import { valueText, type ValueWords } from './conflict-words'

/** Values of any field in the reader's words. */
export function useValueWords() {
  const { t } = useI18n()
  const format = useFormat()
  const words = computed<ValueWords>(() => ({
    empty: t('sync.empty'),
    separator: t('sync.separator'),
    position: (lat, lon, away_m) =>
      away_m === null
        ? t('sync.position', { lat, lon })
        : t('sync.positionAway', { lat, lon, away: format.distance(away_m) }),
    dateTime: format.dateTime,
  }))
  return { text: (value: any, comparedWith: any = null) => valueText(value, words.value, comparedWith) }
}
