import { describe, expect, it } from 'vitest'
import { handlers as all, versions } from '@/sync/handlers'
import { handlers } from '@/sync/mutations'
import { Documents, NOON } from '../support/local-context'

it('knows every mutation, in a version', () => {
  const names = [
    ...['accounts.create', 'accounts.edit', 'accounts.transfer', 'contacts.create', 'contacts.edit', 'sites.create'],
    ...['sites.edit', 'visits.plan', 'visits.cancel_plan', 'visits.check_in', 'visits.check_out', 'notes.add'],
    ...['conflicts.resolve', 'refusals.close'],
    ...['tickets.create', 'tickets.edit', 'tickets.assign', 'tickets.accept', 'tickets.on_my_way', 'tickets.sign_in'],
    ...['tickets.pause', 'tickets.resume', 'tickets.sign_out', 'tickets.call_back', 'tickets.close'],
    ...['tickets.reopen', 'tickets.cancel', 'tickets.add_photo', 'tickets.hand_over', 'feedback.rate'],
    ...['tickets.share', 'tickets.unshare', 'tickets.send_report', 'orders.create', 'returns.request'],
    ...['returns.approve', 'returns.reject', 'returns.withdraw', 'returns.receive', 'returns.settle'],
    ...['checklists.create_form', 'checklists.edit_form', 'checklists.submit'],
  ]
  expect(Object.keys(all).sort()).toEqual(names.sort())
  expect(names.every((name) => versions[name] === 1)).toBe(true)
})

describe('conflicts.resolve', () => {
  const conflict = {
    id: 'c',
    about: { kind: 'account', id: 'a' },
    field: 'phone',
    base: '1',
    theirs: '2',
    mine: '3',
    state: 'open',
  }
  const documents = () =>
    new Documents([
      ['conflict', conflict],
      ['account', { id: 'a', phone: '2' }],
      ['account_card', { id: 'a', name: 'x' }],
    ])
  it.each([
    [{ take: 'mine' }, '3'],
    [{ take: 'theirs' }, '2'],
    [{ take: 'value', value: '4' }, '4'],
  ])('%j', async (choice, phone) => {
    const rows = documents()
    await handlers['conflicts.resolve']!({ id: 'c', ...choice }, rows.at(NOON))
    expect(rows.get('account', 'a')?.phone).toBe(phone)
    expect(rows.get('account_card', 'a')).toEqual({ id: 'a', name: 'x' })
    expect(rows.get('conflict', 'c')).toMatchObject({ state: 'resolved', value: phone, resolved_by: 'me' })
  })
  it('settles a group of fields together', async () => {
    const mine = { address: 'new', position: null }
    const rows = new Documents([
      ['conflict', { ...conflict, field: 'address+position', mine }],
      ['account', { id: 'a', address: 'old', position: { lat: 1 }, phone: '2' }],
    ])
    await handlers['conflicts.resolve']!({ id: 'c', take: 'mine' }, rows.at(NOON))
    expect(rows.get('account', 'a')).toEqual({ id: 'a', address: 'new', position: null, phone: '2' })
  })
})

it('closes a refusal', async () => {
  const rows = new Documents([['refusal', { id: 'r', state: 'open', outcome: null }]])
  await handlers['refusals.close']!({ id: 'r', outcome: 'given_up' }, rows.at(NOON))
  expect(rows.get('refusal', 'r')).toMatchObject({ state: 'closed', outcome: 'given_up' })
})
