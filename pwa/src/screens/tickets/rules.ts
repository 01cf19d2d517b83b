import type { Pause, TicketEvent, TicketState, TraceEntry, WorkSession } from '@/generated/documents'

/** The phone's twin of the server's `modules/tickets/rules.py`; `sync/vectors/tickets.json` holds both to the same. */
export const STATES = [
  'new',
  'assigned',
  'accepted',
  'on_the_way',
  'on_site',
  'paused',
  'waiting_parts',
  'waiting_customer',
  'done',
  'call_back',
  'closed',
  'cancelled',
  'reopened',
] as const satisfies TicketState[]

const WAITING: TicketState[] = ['waiting_parts', 'waiting_customer']
const BEFORE: TicketState[] = ['new', 'assigned', 'accepted', 'on_the_way', ...WAITING, 'reopened']
const THERE: TicketState[] = ['on_site', 'paused']
const LEAVING: ReadonlySet<TicketEvent> = new Set<TicketEvent>(['sign_out', 'wait_for_parts', 'wait_for_customer'])
export const ON_SITE: ReadonlySet<TicketEvent> = new Set<TicketEvent>([...LEAVING, 'sign_in', 'pause', 'resume'])
/** The customer was shown what was done, and signed or not; a ticket stays where it is. */
export const HANDING_OVER: ReadonlySet<TicketEvent> = new Set<TicketEvent>(['hand_over', 'hand_over_refused'])
const SERVED: TicketState[] = [...THERE, ...WAITING, 'done', 'call_back', 'closed']
const ENDED: ReadonlySet<TicketState> = new Set<TicketState>(['closed', 'cancelled'])
const COMPLETED: ReadonlySet<TicketState> = new Set<TicketState>(['done', 'call_back', 'closed'])

/** From which states an event leads where, null where it stays; from all others it leads nowhere. */
const TRANSITIONS: Record<TicketEvent, [from: TicketState[], to: TicketState | null]> = {
  create: [[], 'new'],
  assign: [[...BEFORE, ...THERE], 'assigned'],
  accept: [['new', 'assigned', 'accepted', ...WAITING, 'reopened'], 'accepted'],
  on_my_way: [BEFORE, 'on_the_way'],
  sign_in: [[...BEFORE, ...THERE, 'done'], 'on_site'],
  pause: [THERE, 'paused'],
  resume: [THERE, 'on_site'],
  sign_out: [[...BEFORE, ...THERE, 'done'], 'done'],
  wait_for_parts: [[...BEFORE, ...THERE, 'done'], 'waiting_parts'],
  wait_for_customer: [[...BEFORE, ...THERE, 'done'], 'waiting_customer'],
  call_back: [[...THERE, ...WAITING, 'done', 'call_back'], 'call_back'],
  close: [['done', 'call_back'], 'closed'],
  reopen: [['done', 'call_back', 'closed', 'cancelled'], 'reopened'],
  cancel: [BEFORE, 'cancelled'],
  hand_over: [SERVED, null],
  hand_over_refused: [SERVED, null],
}

/** What an event makes of a state; null where it does not follow from it. */
export function nextState(state: TicketState, event: TicketEvent): TicketState | null {
  const [from, to] = TRANSITIONS[event]
  return from.includes(state) ? (to ?? state) : null
}

export const isOpen = (state: TicketState): boolean => !ENDED.has(state)
export const isCompleted = (state: TicketState): boolean => COMPLETED.has(state)

type Step = Pick<TraceEntry, 'event' | 'at' | 'by'>

/** Everybody's sessions in the order in which they began, whatever the order in which the news came. */
export function workOf(trace: readonly Step[]): WorkSession[] {
  const sessions: WorkSession[] = []
  const running = new Map<string, WorkSession>()
  const inOrder = [...trace].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  for (const { event, at, by } of inOrder.filter((step) => ON_SITE.has(step.event))) {
    let session = running.get(by)
    if (event === 'sign_in') {
      if (session) session.is_over = true
      session = begun(by, at)
      running.set(by, session)
      sessions.push(session)
    } else if (LEAVING.has(event)) {
      if (!session) sessions.push((session = begun(by, null)))
      leave(session, at)
      running.delete(by)
    } else if (session) takePause(session, event === 'pause', at)
  }
  return sessions
}

function begun(user_id: string, signed_in_at: string | null): WorkSession {
  return { user_id, signed_in_at, signed_out_at: null, pauses: [], minutes: null, is_over: false }
}

function takePause(session: WorkSession, begins: boolean, at: string): void {
  const last = session.pauses[session.pauses.length - 1]
  if (begins && !isPausing(session)) session.pauses.push({ since: at, until: null })
  else if (!begins && last && isPausing(session)) last.until = at
}

function leave(session: WorkSession, at: string): void {
  takePause(session, false, at)
  session.signed_out_at = at
  session.is_over = true
  if (session.signed_in_at === null) return
  const lasted = ({ since, until }: Pause) => (until ? Date.parse(until) - Date.parse(since) : 0)
  const paused = session.pauses.reduce((sum, pause) => sum + lasted(pause), 0)
  session.minutes = Math.floor((Date.parse(at) - Date.parse(session.signed_in_at) - paused) / 60_000)
}

export function isPausing(session: WorkSession): boolean {
  const last = session.pauses[session.pauses.length - 1]
  return last !== undefined && last.until === null
}

/** The next state, given everybody's sessions with this event in them: while one person works, work goes on. */
export function stateAfter(state: TicketState, event: TicketEvent, work: readonly WorkSession[]): TicketState | null {
  const following = nextState(state, event)
  const present = work.filter((session) => !session.is_over)
  if (following === null || !ON_SITE.has(event) || present.length === 0) return following
  return present.every(isPausing) ? 'paused' : 'on_site'
}

/** Whether a customer has signed for what was done: who signs in again has something new to show. */
export function isHandedOver(trace: readonly Step[], at: string): boolean {
  const told = trace.filter(({ event, at: told_at }) => {
    return (event === 'sign_in' || event === 'hand_over') && Date.parse(told_at) <= Date.parse(at)
  })
  const newest = told.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).pop()
  return newest?.event === 'hand_over'
}

/** Whole minutes of service of each person (F-19): several technicians are summed separately. */
export function minutesByPerson(work: readonly WorkSession[]): Map<string, number> {
  const totals = new Map<string, number>()
  for (const { user_id, minutes } of work) {
    if (minutes !== null) totals.set(user_id, (totals.get(user_id) ?? 0) + minutes)
  }
  return totals
}

/** Completed ÷ all assigned in per cent with two decimals (F-05); null when nothing is assigned. */
export function completionRate(states: readonly TicketState[]): number | null {
  if (states.length === 0) return null
  const completed = states.filter(isCompleted).length
  return Math.floor((completed * 20_000 + states.length) / (2 * states.length)) / 100
}
