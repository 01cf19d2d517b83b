/** The documents as they cross the wire; absent values are null and times are ISO-8601 UTC. */
// Written by `make schema` from the server's declarations: change those.

export type BasemapSystem = 'bd09' | 'gcj02' | 'wgs84'

export type ReturnEvent = 'approve' | 'receive' | 'reject' | 'request' | 'settle' | 'withdraw'

export type ReturnReason = 'damage' | 'other' | 'surplus' | 'wrong'

export type ReturnState = 'approved' | 'received' | 'rejected' | 'requested' | 'settled' | 'withdrawn'

export type Role = 'administrator' | 'agent' | 'executive' | 'finance' | 'marketing' | 'sales_manager' | 'salesperson' | 'service_manager' | 'technician'

export type TicketEvent = 'accept' | 'assign' | 'call_back' | 'cancel' | 'close' | 'create' | 'hand_over' | 'hand_over_refused' | 'on_my_way' | 'pause' | 'reopen' | 'resume' | 'sign_in' | 'sign_out' | 'wait_for_customer' | 'wait_for_parts'

export type TicketState = 'accepted' | 'assigned' | 'call_back' | 'cancelled' | 'closed' | 'done' | 'new' | 'on_site' | 'on_the_way' | 'paused' | 'reopened' | 'waiting_customer' | 'waiting_parts'

export type TicketType = 'complaint' | 'inspection' | 'installation' | 'repair' | 'technical_support'

export type VerdictLevel = 'doubtful' | 'ok' | 'review'

/** The record that something is about. */
export interface About {
  kind: string
  id: string
}

export interface Account {
  id: string
  name: string
  address: string | null
  position: Position | null
  phone: string | null
  tags: string[]
  notes: string | null
  owner_id: string
  created_at: string
  created_by: string
  last_visit_at: string | null
}

/** What every salesperson and technician sees of a customer; `search` is its name, pinyin and initials. */
export interface AccountCard {
  id: string
  name: string
  address: string | null
  position: Position | null
  owner_id: string
  search: string
}

/** The system that the basemap is drawn in, and tiles of the organization's own if it has some. */
export interface Basemap {
  system: BasemapSystem
  tiles_url: string | null
}

export interface Checklist {
  id: string
  ticket_id: string
  account_id: string | null
  form_id: string
  form: FilledForm
  answers: Record<string, PointAnswer>
  user_id: string
  at: string
  received_at: string | null
  failed: string[]
  in_order: number
  counted: number
  follow_up: FollowUp | null
  flags: string[]
}

export interface ChecklistForm {
  id: string
  name: string
  ticket_types: TicketType[]
  points: FormPoint[]
  version: number
  active: boolean
  edited_at: string
  edited_by: string
}

export interface Conflict {
  id: string
  about: About
  account_id: string | null
  title: string
  field: string
  base: any
  theirs: any
  mine: any
  author_id: string
  theirs_by: string | null
  theirs_at: string | null
  owner_id: string | null
  at: string
  created_at: string
  state: 'open' | 'resolved'
  take: 'mine' | 'theirs' | 'value' | null
  value: any
  resolved_by: string | null
  resolved_at: string | null
}

export interface ConflictReference {
  id: string
  field: string
}

export interface Contact {
  id: string
  account_id: string
  name: string
  phone: string | null
  email: string | null
  position_title: string | null
  created_at: string
  created_by: string
}

export interface FileDocument {
  id: string
  about: About | null
  account_id: string | null
  filename: string | null
  filetype: string | null
  bytes: number | null
  sha256: string | null
  state: 'awaiting' | 'refused' | 'stored'
  width: number | null
  height: number | null
  taken_at: string | null
  uploaded_at: string | null
  code: string | null
}

/** The form as it was when it was filled. */
export interface FilledForm {
  name: string
  version: number
  points: FormPoint[]
}

/** A ticket that was opened for points that had failed. */
export interface FollowUp {
  ticket_id: string
  point_ids: string[]
}

/** One thing to look at; a number outside `least` … `most`, or a choice among `failing`, is a failed point. */
export interface FormPoint {
  id: string
  kind: 'check' | 'choice' | 'date' | 'number' | 'photo' | 'section' | 'signature' | 'text'
  label: string
  help: string | null
  required: boolean
  unit: string | null
  least: number | null
  most: number | null
  choices: string[]
  failing: string[]
  shown_if: PointCondition | null
  follow_up: boolean
}

/** What really came of one line, and how it looks. */
export interface Goods {
  line_id: string
  quantity: number
  condition: 'as_new' | 'damaged' | 'used'
}

export interface GoodsReturn {
  id: string
  account_id: string
  account_name: string
  order_id: string
  order_number: string
  contact_id: string | null
  ticket_id: string | null
  reason: ReturnReason
  note: string | null
  currency: string
  lines: ReturnLine[]
  amount_minor: number
  received_amount_minor: number
  photo_ids: string[]
  state: ReturnState
  state_at: string
  outcome: 'credit' | 'exchange' | null
  requested_at: string
  requested_by: string
  steps: ReturnStep[]
}

/** What the customer was shown and signed on the technician's phone, or why nobody signed. */
export interface Handover {
  at: string
  by: string
  signed_by: string | null
  signature_id: string | null
  strokes: number[][][]
  signed_hash: string | null
  shown: Shown
  refused: boolean
  reason: string | null
}

/** What was promised, and until when. */
export interface NextStep {
  text: string
  due_at: string | null
}

export interface Note {
  id: string
  about: About
  account_id: string | null
  text: string
  author_id: string
  at: string
  created_at: string
  flags: string[]
}

export interface Order {
  id: string
  account_id: string
  account_name: string
  number: string
  ordered_at: string
  currency: string
  lines: OrderLine[]
  amount_minor: number
  returned_amount_minor: number
  net_amount_minor: number
  created_at: string
  created_by: string
}

/** One product of an order, and what became of it. */
export interface OrderLine {
  id: string
  product_name: string
  product_code: string | null
  quantity: number
  unit_price_minor: number
  delivered: number
  returned: number
  replaced: number
  net_amount_minor: number
}

export interface Organization {
  id: string
  name: string
  time_zone: string
  locale: string
  working_hours: WorkingHours
  basemap: Basemap
}

export interface ParkedMutation {
  id: string
  device_id: string | null
  seq: number | null
  name: string
  v: number
  args: any
  author_id: string
  at: string
  received_at: string
  code: string
  error: string | null
  attempts: number
  due_at: string | null
  state: 'dismissed' | 'done' | 'waiting'
  outcome: 'applied' | 'merged' | 'rejected' | null
}

/** A break; without an end it lasts until the person resumes or leaves. */
export interface Pause {
  since: string
  until: string | null
}

/** What was found; `value` is a number, a date as 2026-11-22, a word of a check, a choice, a text or who signed. */
export interface PointAnswer {
  value: number | string | null
  remark: string | null
  photo_ids: string[]
  strokes: number[][][]
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
  altitude_m: number | null
  speed_mps: number | null
}

export interface Rating {
  id: string
  ticket_id: string
  user_id: string | null
  at: string
  received_at: string
  handed_over_at: string | null
  satisfaction: number
  solved: boolean
  comment: string | null
  flags: string[]
}

/** A code that both locales have words for, with whole numbers of metres, seconds or km/h. */
export interface VerdictReason {
  code: 'clock_skew' | 'duplicate_photo' | 'far_from_site' | 'impossible_speed' | 'low_accuracy' | 'no_site' | 'outside_hours' | 'photo_elsewhere' | 'photo_other_time' | 'stale_fix' | 'synced_late'
  params: Record<string, number | string>
}

export interface Receipt {
  id: string
  device_id: string
  seq: number
  status: 'applied' | 'merged' | 'rejected'
  code: string | null
  params: Record<string, any>
  flags: string[]
  conflicts: ConflictReference[]
  created_at: string
}

export interface Refusal {
  id: string
  device_id: string | null
  seq: number | null
  name: string
  v: number
  args: any
  code: string
  params: Record<string, any>
  at: string
  author_id: string
  owner_id: string | null
  about: About | null
  title: string | null
  state: 'closed' | 'open'
  outcome: 'given_up' | 'handed_over' | 'retried' | null
}

/** Goods of one line of the order: how many are to come back, and how many have. */
export interface ReturnLine {
  line_id: string
  product_name: string
  product_code: string | null
  quantity: number
  unit_price_minor: number
  received: number
}

/** One step of a return's way: who did what, when, and when the server heard of it. */
export interface ReturnStep {
  event: ReturnEvent
  at: string
  by: string
  received_at: string | null
  text: string | null
  outcome: 'credit' | 'exchange' | null
  goods: Goods[]
  photo_ids: string[]
  flags: string[]
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

export interface Site {
  id: string
  account_id: string
  name: string
  address: string | null
  position: Position | null
}

export interface Team {
  id: string
  name: string
  parent_id: string | null
  lead_ids: string[]
}

export interface Ticket {
  id: string
  account_id: string
  account_name: string
  site_id: string | null
  contact_id: string | null
  type: TicketType
  title: string
  description: string | null
  product: string | null
  priority: 'low' | 'normal' | 'urgent'
  source: 'email' | 'phone' | 'request_page' | 'staff'
  due_at: string | null
  status: TicketState
  status_at: string
  assigned_to: string | null
  helper_ids: string[]
  created_at: string
  created_by: string
  trace: TraceEntry[]
  work: WorkSession[]
  reopened_at: string | null
  report: string | null
  solved: boolean | null
  confirmed_solved: boolean | null
  satisfaction: number | null
  comment: string | null
  photos: TicketPhoto[]
  handover: Handover | null
  follows_id: string | null
}

export interface TicketLink {
  id: string
  ticket_id: string
  created_by: string
  created_at: string
  revoked_at: string | null
}

/** A photo that hangs on a ticket; the file has the same id. */
export interface TicketPhoto {
  photo_id: string
  moment: 'after' | 'before' | 'other'
  caption: string | null
  by: string
  at: string
}

/** One step of a ticket's way: who did what, when, and when the server heard of it. */
export interface TraceEntry {
  event: TicketEvent
  at: string
  by: string
  received_at: string | null
  text: string | null
  to: string | null
  satisfaction: number | null
  position: Position | null
  flags: string[]
}

export interface User {
  id: string
  name: string
  title: string | null
  roles: Role[]
  team_id: string | null
  active: boolean
}

/** What speaks for and against a visit (features.md 127): 100 points less what each reason takes. */
export interface Verdict {
  level: VerdictLevel
  score: number
  reasons: VerdictReason[]
}

export interface Visit {
  id: string
  account_id: string
  account_name: string
  user_id: string
  plan_id: string | null
  state: 'done' | 'open'
  checked_in_at: string
  received_at: string | null
  position: Position
  distance_m: number | null
  site_id: string | null
  photo_ids: string[]
  note: string | null
  checked_out_at: string | null
  check_out_received_at: string | null
  check_out_position: Position | null
  report: string | null
  next_step: NextStep | null
  flags: string[]
  verdict: Verdict | null
}

export interface VisitPlan {
  id: string
  account_id: string
  account_name: string
  user_id: string
  starts_at: string
  purpose: string | null
  state: 'cancelled' | 'done' | 'planned'
  visit_id: string | null
}

/** One person's time at the customer, from sign-in to sign-out. What is missing is never made up.

    `minutes` is whole minutes of service (F-19), null while an end or the beginning is not known. */
export interface WorkSession {
  user_id: string
  signed_in_at: string | null
  signed_out_at: string | null
  pauses: Pause[]
  minutes: number | null
  is_over: boolean
}

/** Local hours as HH:MM; positions are expected inside them only. */
export interface WorkingHours {
  start: string
  end: string
}

export interface DocumentsByKind {
  account: Account
  account_card: AccountCard
  checklist: Checklist
  checklist_form: ChecklistForm
  conflict: Conflict
  contact: Contact
  file: FileDocument
  goods_return: GoodsReturn
  note: Note
  order: Order
  organization: Organization
  parked_mutation: ParkedMutation
  rating: Rating
  receipt: Receipt
  refusal: Refusal
  site: Site
  team: Team
  ticket: Ticket
  ticket_link: TicketLink
  user: User
  visit: Visit
  visit_plan: VisitPlan
}

export type Kind = keyof DocumentsByKind
