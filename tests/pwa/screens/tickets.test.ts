import { sha256 } from 'cairn-sync'
import { describe, expect, it } from 'vitest'
import type { Ticket } from '@/generated/documents'
import { changesOf, emptyForm, formOf } from '@/screens/tickets/form'
import { addressOf, newToken } from '@/screens/tickets/links'
import { handlers } from '@/screens/tickets/mutations'
import {
  completionRate,
  isHandedOver,
  minutesByPerson,
  nextState,
  stateAfter,
  STATES,
  workOf,
} from '@/screens/tickets/rules'
import { byUrgency, completionOf, isLate, matches } from '@/screens/tickets/useTickets'
import vectors from '../../../sync/vectors/tickets.json'
import { Documents, NOON } from '../support/local-context'

const named = (cases: any[]) => cases.map((one) => [one.name, one] as const)

describe('tickets.json', () => {
  it('every state and event is decided alike', () => {
    expect(vectors.transitions.length).toBe(STATES.length * new Set(vectors.transitions.map((one) => one.event)).size)
    for (const { state, event, next } of vectors.transitions as any[]) {
      expect([event, state, nextState(state, event)]).toEqual([event, state, next])
    }
  })
  it.each(named(vectors.cases))('%s', (_name, one) => {
    const work = workOf(one.trace)
    expect(work).toEqual(one.work)
    expect(Object.fromEntries(minutesByPerson(work))).toEqual(one.minutes)
  })
  it.each(named(vectors.presence))('%s', (_name, one) => {
    expect(stateAfter(one.state, one.event, one.work)).toBe(one.next)
  })
  it.each(named(vectors.handed_over))('%s', (_name, one) => {
    expect(isHandedOver(one.trace, one.at)).toBe(one.handed_over)
  })
  it.each(named(vectors.completion))('%s', (_name, one) => {
    const mine = one.tickets.filter(([who]: [string]) => who === one.user_id)
    expect(completionRate(mine.map(([, state]: [string, string]) => state))).toBe(one.rate)
  })
})

async function opened(status: Ticket['status'] = 'new', more: Partial<Ticket> = {}): Promise<Documents> {
  const rows = new Documents([['account_card', { id: 'a', name: 'Lake Cooling' }]])
  await handlers['tickets.create']!({ id: 't', account_id: 'a', type: 'repair', title: 'Loud' }, rows.at(NOON))
  const made = rows.get('ticket', 't') as Ticket
  return new Documents([['ticket', { ...made, status, ...more }]])
}

const LATER = '2026-11-22T04:30:00.000Z'
const run = async (rows: Documents, name: string, args: object = {}, at = LATER, who = 'me') => {
  await handlers[`tickets.${name}`]!({ id: 't', ...args }, rows.at(at, who))
  return rows.get('ticket', 't') as Ticket
}

describe('what a phone shows of a ticket at once', () => {
  it('a new one has a state, a name and the first step of its trace', async () => {
    const ticket = (await opened()).get('ticket', 't') as Ticket
    expect(ticket).toMatchObject({ account_name: 'Lake Cooling', status: 'new', priority: 'normal', due_at: null })
    expect(ticket.trace.map((step) => step.event)).toEqual(['create'])
  })
  it('a whole job', async () => {
    const rows = await opened('assigned', { assigned_to: 'me' })
    expect((await run(rows, 'accept')).status).toBe('accepted')
    expect((await run(rows, 'on_my_way')).status).toBe('on_the_way')
    expect((await run(rows, 'sign_in', {}, '2026-11-22T05:00:00.000Z')).status).toBe('on_site')
    expect((await run(rows, 'pause', {}, '2026-11-22T05:30:00.000Z')).status).toBe('paused')
    expect((await run(rows, 'resume', {}, '2026-11-22T05:40:00.000Z')).status).toBe('on_site')
    const done = await run(rows, 'sign_out', { report: 'fixed', solved: true }, '2026-11-22T06:00:00.000Z')
    expect(done).toMatchObject({ status: 'done', report: 'fixed', solved: true })
    expect(done.work).toMatchObject([{ user_id: 'me', minutes: 50 }])
    const called = await run(rows, 'call_back', { solved: true, satisfaction: 5 }, '2026-11-22T07:00:00.000Z')
    expect(called).toMatchObject({ status: 'call_back', confirmed_solved: true, satisfaction: 5 })
    expect((await run(rows, 'close', {}, '2026-11-22T07:01:00.000Z')).status).toBe('closed')
    expect(await run(rows, 'reopen', {}, '2026-11-22T08:00:00.000Z')).toMatchObject({
      status: 'reopened',
      satisfaction: null,
    })
  })
  it('leaves the state alone for what is older than it, and for what does not follow', async () => {
    const rows = await opened('done', { status_at: LATER, report: 'first' })
    const late = await run(rows, 'sign_in', {}, NOON)
    expect([late.status, late.trace.length]).toEqual(['done', 2])
    expect((await run(rows, 'cancel')).trace.length).toBe(2)
  })
  it('counts as accepted only by those to whom it is given, but who is there is there', async () => {
    const rows = await opened('assigned', { assigned_to: 'b', helper_ids: ['c'] })
    expect((await run(rows, 'accept')).status).toBe('assigned')
    expect((await run(rows, 'sign_in')).status).toBe('on_site')
    const helped = await opened('assigned', { assigned_to: 'b', helper_ids: ['me'] })
    expect((await run(helped, 'accept')).status).toBe('accepted')
  })
  it('gives it to somebody, and to others who help', async () => {
    const rows = await opened('on_site', { assigned_to: 'b' })
    expect(await run(rows, 'assign', { to_user_id: 'b', helper_ids: ['c', 'b'] })).toMatchObject({
      status: 'on_site',
      helper_ids: ['c'],
    })
    expect(await run(rows, 'assign', { to_user_id: 'd' })).toMatchObject({ status: 'assigned', assigned_to: 'd' })
  })
  it('knows nothing of a ticket that is not here', async () => {
    const rows = new Documents()
    await handlers['tickets.sign_in']!({ id: 't' }, rows.at(NOON))
    expect(rows.get('ticket', 't')).toBeUndefined()
  })
})

describe('the list', () => {
  const now = Date.parse(NOON)
  const ticket = (fields: Partial<Ticket>) =>
    ({ status: 'assigned', due_at: null, priority: 'normal', created_at: NOON, assigned_to: 'a', ...fields }) as Ticket
  it('late is what is due and not done', () => {
    const due_at = '2026-11-22T03:00:00Z'
    expect(isLate(ticket({ due_at }), now)).toBe(true)
    expect(isLate(ticket({ due_at, status: 'done' }), now)).toBe(false)
    expect(isLate(ticket({}), now)).toBe(false)
  })
  it('late ones first, then by time and urgency, what has no time after that, and what is done last', () => {
    const due_at = '2026-11-22T03:00:00Z'
    const rows = [
      ticket({ id: '6', status: 'closed', status_at: '2026-11-20T03:00:00Z' }),
      ticket({ id: '5', due_at, status: 'done', status_at: '2026-11-21T03:00:00Z' }),
      ticket({ id: '4' }),
      ticket({ id: '3', due_at: '2026-11-23T03:00:00Z' }),
      ticket({ id: '2', due_at }),
      ticket({ id: '1', due_at, priority: 'urgent' }),
    ]
    expect(rows.sort(byUrgency(now)).map((one) => one.id)).toEqual(['1', '2', '3', '4', '5', '6'])
  })
  it('by what is shown and by person', () => {
    expect(matches(ticket({ status: 'closed' }), 'open', null, now)).toBe(false)
    expect(matches(ticket({ status: 'closed' }), 'completed', 'a', now)).toBe(true)
    expect(matches(ticket({ status: 'done' }), 'call_back', null, now)).toBe(true)
    expect(matches(ticket({ assigned_to: null }), 'unassigned', null, now)).toBe(true)
    expect(matches(ticket({}), 'all', 'b', now)).toBe(false)
  })
  it('the rate of a person and the rows that it counts', () => {
    const rows = [ticket({ status: 'closed' }), ticket({}), ticket({ assigned_to: 'b' })]
    expect(completionOf([{ id: 'a' }, { id: 'c' }] as any, rows)).toMatchObject([
      { completed: 1, assigned: 2, rate: 50 },
      { completed: 0, assigned: 0, rate: null },
    ])
  })
})

it('an edit carries what was changed and what its author saw', async () => {
  const ticket = (await opened()).get('ticket', 't') as Ticket
  const zone = 'Asia/Shanghai'
  expect(changesOf(ticket, formOf(ticket, zone), zone)).toBeNull()
  const form = { ...formOf(ticket, zone), title: ' Quiet ', due: '2026-11-23T18:00' }
  expect(changesOf(ticket, form, zone)).toEqual({
    set: { title: 'Quiet', due_at: '2026-11-23T10:00:00.000Z' },
    base: { title: 'Loud', due_at: null },
  })
  expect(emptyForm().title).toBe('')
})

describe('a hand-over on the phone', () => {
  const shown = { ticket_id: 't', title: 'Loud', customer: 'C', report: null, photos: [], times: [] }
  const at = (minute: number) => `2026-11-22T06:${minute}:00.000Z`
  it('photos hang on the ticket, each once', async () => {
    const rows = await opened('on_site')
    await run(rows, 'add_photo', { photo_id: 'p', moment: 'before' })
    const pictured = await run(rows, 'add_photo', { photo_id: 'p', moment: 'after', caption: 'again' })
    expect(pictured.photos).toEqual([{ photo_id: 'p', moment: 'before', caption: null, by: 'me', at: LATER }])
  })
  it('takes down what was signed, and leaves the ticket where it is', async () => {
    const rows = await opened('done', { assigned_to: 'me' })
    const away = await run(rows, 'hand_over', { shown, refused: true, reason: 'nobody there' }, at(10))
    expect(away.handover).toMatchObject({ refused: true, reason: 'nobody there', signed_by: null })
    const signed = await run(rows, 'hand_over', { shown, signed_by: 'Wang', strokes: [[[1, 2]]] }, at(20))
    expect(signed).toMatchObject({ status: 'done', handover: { signed_by: 'Wang', refused: false, by: 'me' } })
    expect(signed.trace.slice(-2).map((step) => [step.event, step.text])).toEqual([
      ['hand_over_refused', 'nobody there'],
      ['hand_over', 'Wang'],
    ])
    expect((await run(rows, 'hand_over', { shown, signed_by: 'Early' }, at(15))).handover?.signed_by).toBe('Wang')
  })
  it('a rating shows nothing until it comes back from the server', async () => {
    const rows = new Documents()
    await handlers['feedback.rate']!({ id: 'r', ticket_id: 't', satisfaction: 1, solved: false }, rows.at(NOON))
    expect(rows.rows.size).toBe(0)
  })
})

describe('a link for the customer', () => {
  it('has a token that nobody guesses and an address can hold', async () => {
    const tokens = new Set(Array.from({ length: 50 }, newToken))
    expect(tokens.size).toBe(50)
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/)
    expect(addressOf('t', 'https://crm.example.com')).toBe('https://crm.example.com/s/t')
  })
  it('is known to the server by its digest', async () => {
    expect(await sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
  it('shows at once, without its digest, until it is taken back', async () => {
    const rows = new Documents([])
    await handlers['tickets.share']!({ id: 'l', ticket_id: 't', token_hash: 'h' }, rows.at(NOON))
    expect(rows.get('ticket_link', 'l')).toEqual({
      ...{ id: 'l', ticket_id: 't', created_by: 'me', created_at: NOON, revoked_at: null },
    })
    await handlers['tickets.unshare']!({ id: 'l' }, rows.at(LATER))
    await handlers['tickets.unshare']!({ id: 'unknown' }, rows.at(LATER))
    expect(rows.get('ticket_link', 'l')?.revoked_at).toBe(LATER)
  })
})
