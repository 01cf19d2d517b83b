import { describe, expect, it } from 'vitest'
import { handlers } from '@/screens/visits/mutations'
import { Documents, NOON } from '../../support/local-context'

const position = { lat: 31.3, lon: 120.6, accuracy_m: 8, fixed_at: NOON }
const run = (documents: Documents, name: string, args: object, at = NOON) => handlers[name]!(args, documents.at(at))

describe('visits', () => {
  it('plans by the card alone, and cancels', async () => {
    const documents = new Documents([['account_card', { id: 'a', name: '永利' }]])
    await run(documents, 'visits.plan', { id: 'p', account_id: 'a', starts_at: NOON })
    expect(documents.get('visit_plan', 'p')).toMatchObject({ account_name: '永利', state: 'planned', user_id: 'me' })
    await run(documents, 'visits.cancel_plan', { id: 'p' })
    expect(documents.get('visit_plan', 'p')?.state).toBe('cancelled')
  })
  it('checks in: an open visit without a verdict, the plan done, the customer visited', async () => {
    const documents = new Documents([
      ['account', { id: 'a', name: '永利', last_visit_at: null }],
      ['visit_plan', { id: 'p', state: 'planned', visit_id: null }],
    ])
    await run(documents, 'visits.check_in', { id: 'v', account_id: 'a', position, plan_id: 'p', photo_ids: ['f'] })
    expect(documents.get('visit', 'v')).toMatchObject({
      ...{ state: 'open', account_name: '永利', verdict: null, photo_ids: ['f'], checked_in_at: NOON },
    })
    expect(documents.get('visit_plan', 'p')).toMatchObject({ state: 'done', visit_id: 'v' })
    expect(documents.get('account', 'a')?.last_visit_at).toBe(NOON)
  })
  it('never moves the last visit backwards, and takes a stranger’s customer', async () => {
    const later = '2026-11-23T00:00:00.000Z'
    const documents = new Documents([['account', { id: 'a', name: '永利', last_visit_at: later }]])
    await run(documents, 'visits.check_in', { id: 'v', account_id: 'a', position })
    await run(documents, 'visits.check_in', { id: 'w', account_id: 'unknown', position, plan_id: 'unknown' })
    expect(documents.get('account', 'a')?.last_visit_at).toBe(later)
    expect(documents.get('visit', 'w')?.account_name).toBe('')
  })
  it.each([
    ['回电', { text: '回电', due_at: null }],
    [
      { text: '报价', due_at: NOON },
      { text: '报价', due_at: NOON },
    ],
    [undefined, null],
  ])('checks out with the next step %j', async (next_step, stored) => {
    const documents = new Documents([['visit', { id: 'v', state: 'open' }]])
    await run(documents, 'visits.check_out', { id: 'v', report: '谈妥', next_step })
    expect(documents.get('visit', 'v')).toMatchObject({ state: 'done', checked_out_at: NOON, next_step: stored })
  })
  it('checks out of nothing without harm', async () => {
    const documents = new Documents()
    await run(documents, 'visits.check_out', { id: 'v', report: 'x' })
    expect(documents.rows.size).toBe(0)
  })
})
