/** What a phone may record: every mutation's args, version and class. */
// Written by `make schema` from the server's declarations: change those.

export type ReturnReason = 'damage' | 'other' | 'surplus' | 'wrong'

export type Role = 'administrator' | 'agent' | 'executive' | 'finance' | 'marketing' | 'sales_manager' | 'salesperson' | 'service_manager' | 'technician'

export type TicketType = 'complaint' | 'inspection' | 'installation' | 'repair' | 'technical_support'

/** The record that something is about. */
export interface About {
  kind: string
  id: string
}

/** Say that one will do it. */
export interface AcceptTicket {
  id: string
}

/** What can be edited of a customer. */
export interface AccountFields {
  name?: string
  address?: string | null
  position?: Position | null
  phone?: string | null
  tags?: string[]
  notes?: string | null
}

/** Write something down about a record; also what a person may say about a customer they have lost. */
export interface AddNote {
  id: string
  about: About
  text: string
}

/** Show how it was before the service, or is after it. */
export interface AddPhoto {
  id: string
  photo_id: string
  moment: 'after' | 'before' | 'other'
  caption?: string | null
}

/** Allow that the goods come back. */
export interface ApproveReturn {
  id: string
  comment?: string | null
}

/** How many of one line of the order are to come back. */
export interface AskedLine {
  line_id: string
  quantity: number
}

/** Give a ticket to a technician, who answers for it, and to others who help. */
export interface AssignTicket {
  id: string
  to_user_id: string
  helper_ids?: string[]
}

/** Ask the customer whether it is solved and how content they are, from 1 to 5 (features.md 145). */
export interface CallBack {
  id: string
  solved: boolean
  satisfaction?: number | null
  comment?: string | null
}

/** How many of a line came, and how they look. */
export interface CameBack {
  line_id: string
  quantity: number
  condition: 'as_new' | 'damaged' | 'used'
}

/** Give a planned visit up. */
export interface CancelPlan {
  id: string
}

/** The request is given up before anybody worked on it. */
export interface CancelTicket {
  id: string
  reason?: string | null
}

/** Arrive at a customer (features.md 123–124). */
export interface CheckInVisit {
  id: string
  account_id: string
  position: Position
  plan_id?: string | null
  photo_ids?: string[]
  note?: string | null
}

/** Leave a customer, with a report and a next step (features.md 125). */
export interface CheckOutVisit {
  id: string
  report: string
  position?: Position | null
  next_step?: string | NextStepInput | null
}

/** Say what became of a refused mutation. */
export interface CloseRefusal {
  id: string
  outcome: 'given_up' | 'handed_over' | 'retried'
}

/** Nothing is left to do. */
export interface CloseTicket {
  id: string
}

/** What can be edited of a contact. */
export interface ContactFields {
  name?: string
  phone?: string | null
  email?: string | null
  position_title?: string | null
}

/** Add a customer of one's own. */
export interface CreateAccount {
  id: string
  name: string
  address?: string | null
  position?: Position | null
  phone?: string | null
  tags?: string[]
  notes?: string | null
}

/** Add a person at a customer. */
export interface CreateContact {
  id: string
  account_id: string
  name: string
  phone?: string | null
  email?: string | null
  position_title?: string | null
}

/** A new form, for filling at customers. */
export interface CreateForm {
  id: string
  name: string
  ticket_types?: TicketType[]
  points?: FormPoint[]
}

/** Take down what a customer of one's own ordered; prices are in minor units, taxes included. */
export interface CreateOrder {
  id: string
  account_id: string
  number: string
  ordered_at: string
  currency: string
  lines: NewLine[]
}

/** Add a further place of a customer. */
export interface CreateSite {
  id: string
  account_id: string
  name: string
  address?: string | null
  position?: Position | null
}

/** Add a team to the tree. */
export interface CreateTeam {
  id: string
  name: string
  parent_id?: string | null
  lead_ids?: string[]
}

/** Take down what a customer asks for (features.md 135); anybody may for any customer of the directory. */
export interface CreateTicket {
  id: string
  account_id: string
  type: TicketType
  title: string
  description?: string | null
  product?: string | null
  priority?: 'low' | 'normal' | 'urgent'
  source?: 'email' | 'phone' | 'request_page' | 'staff'
  site_id?: string | null
  contact_id?: string | null
  due_at?: string | null
}

/** Add a person; a password never passes through a command: they set one by the reset mail. */
export interface CreateUser {
  id: string
  name: string
  email: string
  roles: Role[]
  title?: string | null
  team_id?: string | null
}

/** Give a parked mutation up: its author is told, and has the payload still. */
export interface DismissParked {
  id: string
}

/** Change a customer that one owns, or whose owner one leads. */
export interface EditAccount {
  id: string
  set: AccountFields
  base: AccountFields
}

/** Change a contact of a customer that one owns or leads. */
export interface EditContact {
  id: string
  set: ContactFields
  base: ContactFields
}

/** A form's next version, whole: points of two editors that are mixed would be a form that neither has seen. */
export interface EditForm {
  id: string
  seen_version: number
  name: string
  ticket_types: TicketType[]
  points: FormPoint[]
  active?: boolean
}

/** Change a place of a customer that one owns or leads. */
export interface EditSite {
  id: string
  set: SiteFields
  base: SiteFields
}

/** Rename a team, move it in the tree, or change who leads it. */
export interface EditTeam {
  id: string
  set: TeamFields
  base: TeamFields
}

/** Change what a ticket says. */
export interface EditTicket {
  id: string
  set: TicketFields
  base: TicketFields
}

/** Change a person's name, roles or team, or put them out of service. */
export interface EditUser {
  id: string
  set: UserFields
  base: UserFields
}

/** The form as it was when it was filled. */
export interface FilledForm {
  name: string
  version: number
  points: FormPoint[]
}

/** One thing to look at; a number outside `least` … `most`, or a choice among `failing`, is a failed point. */
export interface FormPoint {
  id: string
  kind: 'check' | 'choice' | 'date' | 'number' | 'photo' | 'section' | 'signature' | 'text'
  label: string
  help?: string | null
  required?: boolean
  unit?: string | null
  least?: number | null
  most?: number | null
  choices?: string[]
  failing?: string[]
  shown_if?: PointCondition | null
  follow_up?: boolean
}

/** Show the customer what was done, who signs for it, or would not; `signed_by` and `signature_id` are theirs. */
export interface HandOver {
  id: string
  shown: Shown
  signed_hash?: string | null
  signed_by?: string | null
  signature_id?: string | null
  strokes?: number[][][]
  refused?: boolean
  reason?: string | null
}

/** A product as it was ordered; all of it counts as delivered where nothing else is said. */
export interface NewLine {
  id: string
  product_name: string
  product_code?: string | null
  quantity: number
  unit_price_minor: number
  delivered?: number | null
}

/** A promise with its date; a bare text is one without. */
export interface NextStepInput {
  text: string
  due_at?: string | null
}

/** Set out for the customer. */
export interface OnMyWay {
  id: string
  position?: Position | null
}

/** Stop for a while; the time does not count as service. */
export interface PauseWork {
  id: string
  reason?: string | null
}

/** Mean to call on a customer (features.md 122). */
export interface PlanVisit {
  id: string
  account_id: string
  starts_at: string
  purpose?: string | null
}

/** What was found; `value` is a number, a date as 2026-11-22, a word of a check, a choice, a text or who signed. */
export interface PointAnswer {
  value?: number | string | null
  remark?: string | null
  photo_ids?: string[]
  strokes?: number[][][]
}

/** Ask only where an earlier point was answered so: `ok`, `failed`, `not_applicable`, or one of its choices. */
export interface PointCondition {
  point_id: string
  answer: string
}

/** A fix of the phone in WGS-84: degrees, metres, metres per second. */
export interface Position {
  lat: number
  lon: number
  accuracy_m: number
  fixed_at: string
  altitude_m?: number | null
  speed_mps?: number | null
}

/** How content the customer is, from 1 to 5, given on the technician's phone after the hand-over. */
export interface Rate {
  id: string
  ticket_id: string
  satisfaction: number
  solved: boolean
  comment?: string | null
}

/** Goods have come, allowed or not; `order_id` says whose they are where the server does not know the return. */
export interface ReceiveReturn {
  id: string
  goods: CameBack[]
  order_id?: string | null
  note?: string | null
  photo_ids?: string[]
}

/** Do not allow it, and say why. */
export interface RejectReturn {
  id: string
  reason: string
}

/** Something is left to do after all; what the customer said until now stays in the trace. */
export interface ReopenTicket {
  id: string
  reason?: string | null
}

/** Ask that a customer may give goods of an order back. */
export interface RequestReturn {
  id: string
  order_id: string
  reason: ReturnReason
  lines: AskedLine[]
  note?: string | null
  contact_id?: string | null
  ticket_id?: string | null
  photo_ids?: string[]
}

/** Settle a conflict: the author's value, the value that stood, or another one. */
export interface ResolveConflict {
  id: string
  take: 'mine' | 'theirs' | 'value'
  value?: any
}

/** Go on after a pause. */
export interface ResumeWork {
  id: string
}

/** Have a parked mutation tried again now. */
export interface RetryParked {
  id: string
}

/** Mail the service report to the customer: to the address that is given, or that of the ticket's contact. */
export interface SendReport {
  id: string
  language: 'en' | 'zh'
  to?: string | null
}

/** The customer has the money, or other goods for these. */
export interface SettleReturn {
  id: string
  outcome: 'credit' | 'exchange'
  comment?: string | null
}

/** Make a link for the customer, of which the server learns the SHA-256 of its token alone. */
export interface ShareTicket {
  id: string
  ticket_id: string
  token_hash: string
}

/** Everything that the customer saw before signing. */
export interface Shown {
  ticket_id: string
  title: string
  customer: string
  report: string | null
  photos: ShownPhoto[]
  times: ShownTime[]
}

/** A photo as the customer saw it. */
export interface ShownPhoto {
  photo_id: string
  moment: 'after' | 'before' | 'other'
  caption: string | null
}

/** Whole minutes of service of one person; null while the beginning or the end is not known. */
export interface ShownTime {
  user_id: string
  name: string
  minutes: number | null
}

/** Begin the service at the customer (features.md 140). */
export interface SignIn {
  id: string
  position?: Position | null
}

/** End the service, with what was found and what comes next (features.md 141). */
export interface SignOut {
  id: string
  report: string
  outcome?: 'done' | 'waiting_customer' | 'waiting_parts'
  solved?: boolean | null
  position?: Position | null
}

/** What can be edited of a site. */
export interface SiteFields {
  name?: string
  address?: string | null
  position?: Position | null
}

/** What was found at a customer, with the form as the phone showed it. */
export interface SubmitChecklist {
  id: string
  ticket_id: string
  form_id: string
  form: FilledForm
  answers: Record<string, PointAnswer>
}

/** What can be edited of a team. */
export interface TeamFields {
  name?: string
  parent_id?: string | null
  lead_ids?: string[]
}

/** What can be edited of a ticket. */
export interface TicketFields {
  type?: TicketType
  title?: string
  description?: string | null
  product?: string | null
  priority?: 'low' | 'normal' | 'urgent'
  site_id?: string | null
  contact_id?: string | null
  due_at?: string | null
}

/** Give a customer to a colleague (features.md 48). */
export interface TransferAccount {
  id: string
  to_user_id: string
}

/** Take a link back: from now on it shows nothing. */
export interface UnshareTicket {
  id: string
}

/** What can be edited of a person. */
export interface UserFields {
  name?: string
  title?: string | null
  roles?: Role[]
  team_id?: string | null
  active?: boolean
}

/** Give a request up that nothing has come of; whoever asked for it may, and who leads or decides. */
export interface WithdrawReturn {
  id: string
  reason?: string | null
}

export interface MutationArgs {
  'accounts.create': CreateAccount
  'accounts.edit': EditAccount
  'accounts.transfer': TransferAccount
  'checklists.create_form': CreateForm
  'checklists.edit_form': EditForm
  'checklists.submit': SubmitChecklist
  'conflicts.resolve': ResolveConflict
  'contacts.create': CreateContact
  'contacts.edit': EditContact
  'feedback.rate': Rate
  'notes.add': AddNote
  'orders.create': CreateOrder
  'parked.dismiss': DismissParked
  'parked.retry': RetryParked
  'refusals.close': CloseRefusal
  'returns.approve': ApproveReturn
  'returns.receive': ReceiveReturn
  'returns.reject': RejectReturn
  'returns.request': RequestReturn
  'returns.settle': SettleReturn
  'returns.withdraw': WithdrawReturn
  'sites.create': CreateSite
  'sites.edit': EditSite
  'teams.create': CreateTeam
  'teams.edit': EditTeam
  'tickets.accept': AcceptTicket
  'tickets.add_photo': AddPhoto
  'tickets.assign': AssignTicket
  'tickets.call_back': CallBack
  'tickets.cancel': CancelTicket
  'tickets.close': CloseTicket
  'tickets.create': CreateTicket
  'tickets.edit': EditTicket
  'tickets.hand_over': HandOver
  'tickets.on_my_way': OnMyWay
  'tickets.pause': PauseWork
  'tickets.reopen': ReopenTicket
  'tickets.resume': ResumeWork
  'tickets.send_report': SendReport
  'tickets.share': ShareTicket
  'tickets.sign_in': SignIn
  'tickets.sign_out': SignOut
  'tickets.unshare': UnshareTicket
  'users.create': CreateUser
  'users.edit': EditUser
  'visits.cancel_plan': CancelPlan
  'visits.check_in': CheckInVisit
  'visits.check_out': CheckOutVisit
  'visits.plan': PlanVisit
}

export type MutationName = keyof MutationArgs

export const MUTATIONS = {
  'accounts.create': { version: 1, class: 'decision' },
  'accounts.edit': { version: 1, class: 'decision' },
  'accounts.transfer': { version: 1, class: 'decision' },
  'checklists.create_form': { version: 1, class: 'decision' },
  'checklists.edit_form': { version: 1, class: 'decision' },
  'checklists.submit': { version: 1, class: 'fact' },
  'conflicts.resolve': { version: 1, class: 'decision' },
  'contacts.create': { version: 1, class: 'decision' },
  'contacts.edit': { version: 1, class: 'decision' },
  'feedback.rate': { version: 1, class: 'fact' },
  'notes.add': { version: 1, class: 'fact' },
  'orders.create': { version: 1, class: 'decision' },
  'parked.dismiss': { version: 1, class: 'decision' },
  'parked.retry': { version: 1, class: 'decision' },
  'refusals.close': { version: 1, class: 'decision' },
  'returns.approve': { version: 1, class: 'decision' },
  'returns.receive': { version: 1, class: 'fact' },
  'returns.reject': { version: 1, class: 'decision' },
  'returns.request': { version: 1, class: 'decision' },
  'returns.settle': { version: 1, class: 'decision' },
  'returns.withdraw': { version: 1, class: 'decision' },
  'sites.create': { version: 1, class: 'decision' },
  'sites.edit': { version: 1, class: 'decision' },
  'teams.create': { version: 1, class: 'decision' },
  'teams.edit': { version: 1, class: 'decision' },
  'tickets.accept': { version: 1, class: 'fact' },
  'tickets.add_photo': { version: 1, class: 'fact' },
  'tickets.assign': { version: 1, class: 'decision' },
  'tickets.call_back': { version: 1, class: 'decision' },
  'tickets.cancel': { version: 1, class: 'decision' },
  'tickets.close': { version: 1, class: 'decision' },
  'tickets.create': { version: 1, class: 'decision' },
  'tickets.edit': { version: 1, class: 'decision' },
  'tickets.hand_over': { version: 1, class: 'fact' },
  'tickets.on_my_way': { version: 1, class: 'fact' },
  'tickets.pause': { version: 1, class: 'fact' },
  'tickets.reopen': { version: 1, class: 'decision' },
  'tickets.resume': { version: 1, class: 'fact' },
  'tickets.send_report': { version: 1, class: 'decision' },
  'tickets.share': { version: 1, class: 'decision' },
  'tickets.sign_in': { version: 1, class: 'fact' },
  'tickets.sign_out': { version: 1, class: 'fact' },
  'tickets.unshare': { version: 1, class: 'decision' },
  'users.create': { version: 1, class: 'decision' },
  'users.edit': { version: 1, class: 'decision' },
  'visits.cancel_plan': { version: 1, class: 'decision' },
  'visits.check_in': { version: 1, class: 'fact' },
  'visits.check_out': { version: 1, class: 'fact' },
  'visits.plan': { version: 1, class: 'decision' },
} as const
