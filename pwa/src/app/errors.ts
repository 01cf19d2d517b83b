import { useI18n } from 'vue-i18n'
import { ApiError } from '@/app/api'
import { useFormat } from '@/app/format'

/** Turns a refusal into words: what happened, what is safe, what to do. Codes of a later server get the general sentence. */
export function useErrorWords() {
  const { t, te } = useI18n()
  const format = useFormat()

  function codeWords(code: string, params: Record<string, any> = {}): string {
    const shown: Record<string, string> = {}
    for (const [name, value] of Object.entries(params)) {
      if (typeof value !== 'number') shown[name] = String(value)
      else shown[name] = name.endsWith('_s') ? format.span(value) : format.number(value)
    }
    return te(`errors.${code}`) ? t(`errors.${code}`, shown) : t('errors.unknown', { code })
  }

  function words(error: unknown): string {
    return error instanceof ApiError
      ? codeWords(error.code, error.params)
      : t('errors.unknown', { code: String(error) })
  }

  return { words, codeWords }
}
