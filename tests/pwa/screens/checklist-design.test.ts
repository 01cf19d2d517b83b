import { describe, expect, it } from 'vitest'
import { answersOf, beginSheet, newSheet, stepsOf, verdictOf } from '@/screens/checklists/filling'
import { duplicated, moved, newPoint, tidied, withChoices, without } from '@/screens/checklists/design/points'
import { limitsOf, parseReading, readingText } from '@/screens/checklists/readings'

const labels = (points: { label: string }[]) => points.map((point) => point.label).join('')
const three = ['a', 'b', 'c'].map((label) => newPoint('check', label))

describe('the points of a form', () => {
  it('move within their list', () => {
    expect(labels(moved(three, 0, 1))).toBe('bac')
    expect(labels(moved(three, 2, -1))).toBe('acb')
    expect(labels(moved(three, 0, -1))).toBe('abc')
    expect(labels(moved(three, 2, 1))).toBe('abc')
  })
  it('are duplicated behind themselves, as points of their own, and removed', () => {
    const four = duplicated(three, 1)
    expect(labels(four)).toBe('abbc')
    expect(new Set(four.map((point) => point.id)).size).toBe(4)
    expect(labels(without(four, 1))).toBe('abc')
  })
  it('take one choice a line, and forget what fails no more', () => {
    const point = { ...newPoint('choice', 'x'), choices: ['a', 'b'], failing: ['a', 'b'] }
    expect(withChoices(point, ' b \n\nc\nb')).toEqual({ choices: ['b', 'c'], failing: ['b'] })
  })
  it('keep nothing of another kind', () => {
    const point = { ...newPoint('text', ' x '), unit: 'bar', least: 1, choices: ['a'], follow_up: true, help: ' ' }
    const kept = { label: 'x', unit: null, least: null, choices: [], follow_up: false, help: null, required: true }
    expect(tidied(point)).toMatchObject(kept)
    expect(tidied({ ...newPoint('section', 'x'), required: true }).required).toBe(false)
  })
})

it.each([
  ['-18', -18],
  ['−18.5', -18.5],
  ['－0,5', -0.5],
  ['3。25', 3.25],
  ['.5', 0.5],
  ['', null],
  ['-', null],
  ['1e9', null],
  ['1.2.3', null],
])('reads %j as %j', (text, value) => {
  expect(parseReading(text)).toBe(value)
})

it('writes limits as the service report does', () => {
  const point = { ...newPoint('number', 'x'), unit: '℃', least: -25, most: -18 }
  expect(limitsOf(point)).toBe('−25 … −18 ℃')
  expect(limitsOf({ ...point, most: null, unit: null })).toBe('≥ −25')
  expect(limitsOf({ ...point, least: null })).toBe('≤ −18 ℃')
  expect(limitsOf({ ...point, least: null, most: null })).toBe('')
  expect(readingText(0.1)).toBe('0.1')
})

it('asks one point after the other, each below its heading, and pins the form that was begun with', () => {
  const [heading, number, hidden] = [newPoint('section', 'S'), newPoint('number', 'n'), newPoint('photo', 'p')]
  hidden.shown_if = { point_id: number.id, answer: 'failed' }
  number.most = 5
  const form = { name: 'F', version: 3, points: [heading, number, hidden] }
  const sheet = newSheet()
  beginSheet(sheet, form)
  number.most = 9
  expect(sheet.form).toMatchObject({ version: 3, points: [{}, { most: 5 }, {}] })
  const asked = () => stepsOf(sheet.form!.points, verdictOf(sheet).shown)
  expect(asked()).toMatchObject([{ section: 'S', point: { label: 'n' } }])
  sheet.answers[number.id] = { value: 7 }
  expect(asked().map((step) => step.point.label)).toEqual(['n', 'p'])
  sheet.photos[hidden.id] = [{ id: 'photo', blob: new Blob() }] as never
  expect(answersOf(sheet)[hidden.id]).toEqual({ photo_ids: ['photo'] })
  expect(verdictOf(sheet).missing).toEqual([])
})
