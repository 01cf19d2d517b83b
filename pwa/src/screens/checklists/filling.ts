import type { FilledForm, FormPoint } from '@/generated/documents'
import { newId } from '@/sync/identifiers'
import type { Photo } from '@/widgets/photos/shrink'
import { type Answers, judge, type Verdict } from './rules'

/** A checklist while it is filled: the form as it was when it was begun, and what was found so far. */
export interface Sheet {
  id: string
  form: FilledForm | null
  answers: Answers
  photos: Record<string, Photo[]>
  /** Ids of the pictures of signatures, made once, so that what was recorded just before a crash is not there twice. */
  signatures: Record<string, string>
  at: number
}

export function newSheet(): Sheet {
  return { id: newId(), form: null, answers: {}, photos: {}, signatures: {}, at: 0 }
}

export function beginSheet(sheet: Sheet, { name, version, points }: FilledForm): void {
  sheet.form = JSON.parse(JSON.stringify({ name, version, points }))
  const signed = points.filter((point) => point.kind === 'signature')
  sheet.signatures = Object.fromEntries(signed.map((point) => [point.id, newId()]))
}

/** The answers with the photos that hang on them. */
export function answersOf(sheet: Sheet): Answers {
  const pictured = Object.entries(sheet.photos).map(([id, photos]) => {
    return [id, { ...sheet.answers[id], photo_ids: photos.map((photo) => photo.id) }] as const
  })
  return { ...sheet.answers, ...Object.fromEntries(pictured) }
}

export function verdictOf(sheet: Sheet): Verdict {
  return judge(sheet.form?.points ?? [], answersOf(sheet))
}

/** What is asked one after the other: headings stand above the points below them. */
export function stepsOf(
  points: readonly FormPoint[],
  shown: readonly string[],
): { point: FormPoint; section: string }[] {
  let section = ''
  const steps = []
  for (const point of points) {
    if (!shown.includes(point.id)) continue
    if (point.kind === 'section') section = point.label
    else steps.push({ point, section })
  }
  return steps
}
