import { describe, expect, it } from 'vitest'
import type { FormPoint } from '@/generated/documents'
import { handlers } from '@/screens/checklists/mutations'
import { judge } from '@/screens/checklists/rules'
import { faultOf } from '@/screens/checklists/soundness'
import vectors from '../../../sync/vectors/checklists.json'
import { Documents, NOON } from '../support/local-context'

const EMPTY = {
  ...{ help: null, required: true, unit: null, least: null, most: null, choices: [], failing: [] },
  ...{ shown_if: null, follow_up: false },
}
/** Points as documents have them: nothing is left out. */
const complete = (points: object[]) => points.map((point): FormPoint => Object.assign({}, EMPTY, point as FormPoint))

describe('checklists.json', () => {
  it.each(vectors.cases.map((one) => [one.name, one] as const))('%s', (_name, { points, answers, verdict }) => {
    expect(judge(complete(points), answers as object as Record<string, object>)).toEqual(verdict)
  })
  it.each(vectors.forms.map((one) => [one.name, one] as const))('%s', (_name, { points, fault }) => {
    expect(faultOf(complete(points))).toBe(fault)
  })
})

describe('on the phone, before the server has spoken', () => {
  const points = complete([{ id: 'a', kind: 'number', label: '库温', most: -18 }])
  const made = { id: 'f', name: '年检', ticket_types: ['inspection'], points }

  it('a form is there, and its next version', async () => {
    const rows = new Documents([])
    await handlers['checklists.create_form']!(made, rows.at(NOON))
    expect(rows.get('checklist_form', 'f')).toMatchObject({ ...made, version: 1, active: true, edited_by: 'me' })
    const change = { id: 'f', seen_version: 1, name: '半年检', ticket_types: [], points: [], active: false }
    await handlers['checklists.edit_form']!(change, rows.at(NOON))
    await handlers['checklists.edit_form']!({ ...change, name: '不算' }, rows.at(NOON))
    expect(rows.get('checklist_form', 'f')).toMatchObject({ name: '半年检', version: 2, active: false, points: [] })
    await handlers['checklists.edit_form']!({ ...change, id: 'unknown' }, rows.at(NOON))
    expect(rows.get('checklist_form', 'unknown')).toBeUndefined()
  })

  it('what was filled is judged', async () => {
    const rows = new Documents([['ticket', { id: 't', account_id: 'c' }]])
    const form = { name: '年检', version: 1, points }
    const args = { id: 'l', ticket_id: 't', form_id: 'f', form, answers: { a: { value: -9 } } }
    await handlers['checklists.submit']!(args, rows.at(NOON))
    const found = { failed: ['a'], in_order: 0, counted: 1, account_id: 'c', user_id: 'me', flags: [] }
    expect(rows.get('checklist', 'l')).toMatchObject({ ...args, ...found })
  })
})
