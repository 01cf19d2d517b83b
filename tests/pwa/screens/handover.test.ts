import { describe, expect, it } from 'vitest'
import type { Ticket } from '@/generated/documents'
import {
  canonicalJson,
  LONGEST_STROKE,
  MOST_POINTS,
  MOST_STROKES,
  shownOf,
  signedHash,
} from '@/screens/tickets/handover/signing'
import { beginStroke, drawOn, pointsOf, type Strokes } from '@/screens/tickets/handover/strokes'
import vectors from '../../../sync/vectors/handover.json'

describe('handover.json', () => {
  it.each(vectors.cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    expect(canonicalJson(one.shown)).toBe(one.canonical)
    expect(await signedHash(one.shown as any)).toBe(one.sha256)
  })
})

it('shows what was done, the photos, and the time of everybody who was there', () => {
  const session = (user_id: string, minutes: number | null) => ({ user_id, minutes })
  const ticket = {
    ...{ id: 't', title: 'Loud', account_name: 'C', report: 'fixed' },
    photos: [{ photo_id: 'p', moment: 'after', caption: null, by: 'a', at: '2026-11-22T04:00:00Z' }],
    work: [session('a', 20), session('b', null), session('a', 45)],
  } as unknown as Ticket
  expect(shownOf(ticket, (id) => id.toUpperCase())).toEqual({
    ...{ ticket_id: 't', title: 'Loud', customer: 'C', report: 'fixed' },
    photos: [{ photo_id: 'p', moment: 'after', caption: null }],
    times: [
      { user_id: 'a', name: 'A', minutes: 65 },
      { user_id: 'b', name: 'B', minutes: null },
    ],
  })
})

describe('strokes', () => {
  it('follow the pen inside the field, without what nobody could see', () => {
    let strokes = beginStroke([], [10.4, -5])
    for (const point of [
      [12, 1],
      [30, 20],
      [5_000, 5_000],
    ] as const)
      strokes = drawOn(strokes, [point[0], point[1]])
    expect(strokes).toEqual([
      [
        [10, 0],
        [30, 20],
        [1_000, 400],
      ],
    ])
    expect(drawOn([], [1, 1])).toEqual([])
  })
  it('end at what the server takes', () => {
    let strokes: Strokes = []
    for (let stroke = 0; stroke < MOST_STROKES + 5; stroke += 1) {
      strokes = beginStroke(strokes, [0, 0])
      for (let point = 1; point < LONGEST_STROKE + 5; point += 1) strokes = drawOn(strokes, [(point % 2) * 100, 50])
    }
    expect(pointsOf(strokes)).toBe(MOST_POINTS)
    expect(strokes[0]).toHaveLength(LONGEST_STROKE)
    const dots = Array.from({ length: MOST_STROKES }, () => [[1, 1]])
    expect(beginStroke(dots, [5, 5])).toBe(dots)
  })
})
