import type { FormPoint, PointAnswer } from '@/generated/documents'

/** A number as people type it, with the signs of a Chinese keyboard too; null where it is none. */
export function parseReading(text: string): number | null {
  const plain = text
    .trim()
    .replace(/[,，。]/g, '.')
    .replace(/[−－–]/g, '-')
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null
}

export function readingText(value: number): string {
  return String(value).replace('-', '−')
}

/** What a number should be, as in the service report; empty where it has no limits. */
export function limitsOf({ least, most, unit }: FormPoint): string {
  if (least === null && most === null) return ''
  const [from, to] = [least, most].map((limit) => (limit === null ? '' : readingText(limit)))
  const span = most === null ? `≥ ${from}` : least === null ? `≤ ${to}` : `${from} … ${to}`
  return unit ? `${span} ${unit}` : span
}

type Translate = (key: string, values?: Record<string, unknown>) => string

/** What was answered in words, empty where nothing was. */
export function foundWords(point: FormPoint, answer: Partial<PointAnswer>, t: Translate): string {
  const { value, photo_ids, strokes } = answer
  switch (point.kind) {
    case 'check':
      return value ? t(`checklists.check.${value}`) : ''
    case 'number':
      if (typeof value !== 'number') return ''
      return point.unit ? `${readingText(value)} ${point.unit}` : readingText(value)
    case 'photo':
      return photo_ids?.length ? t('checklists.photos', { count: photo_ids.length }) : ''
    case 'signature': {
      if (!photo_ids?.length && !strokes?.length) return ''
      return value ? t('checklists.signedBy', { name: value }) : t('checklists.signed')
    }
    default:
      return typeof value === 'string' ? value : ''
  }
}
