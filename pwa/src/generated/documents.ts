/** The documents as they cross the wire; absent values are null and times are ISO-8601 UTC. */

export interface Position {
  lat: number
  lon: number
  accuracy_m: number
  fixed_at: string
  altitude_m: number | null
  speed_mps: number | null
}

export type Role =
  | 'administrator'
  | 'executive'
  | 'sales_manager'
  | 'salesperson'
  | 'service_manager'
  | 'technician'
  | 'finance'
  | 'marketing'
  | 'agent'

export interface About {
  kind: string
  id: string
}

export type BasemapSystem = 'wgs84' | 'gcj02' | 'bd09'

export interface Organization {
  id: string
  name: string
  time_zone: string
  locale: string
  working_hours: { start: string; end: string }
  basemap: { system: BasemapSystem; tiles_url: string | null }
}

export interface User {
  id: string
  name: string
  title: string | null
  roles: Role[]
  team_id: string | null
  active: boolean
}

export interface Team {
  id: string
  name: string
  parent_id: string | null
  lead_ids: string[]
}

export interface Account {
  id: string
  name: string
  address: string | null
  position: Position | null
  phone: string | null
  tags: string[]
  notes: string | null
  owner_id: string | null
  created_at: string
  created_by: string
  last_visit_at: string | null
}

/** The part of a customer that every salesperson and technician sees; `search` is lower-case name, pinyin and initials. */
export interface AccountCard {
  id: string
  name: string
  address: string | null
  position: Position | null
  owner_id: string | null
  search: string
}

export interface Site {
  id: string
  account_id: string
  name: string
  address: string | null
  position: Position | null
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

export interface Note {
  id: string
  about: About
  account_id: string | null
  text: string
  author_id: string
  at: string
  created_at: string
}

export interface VisitPlan {
  id: string
  account_id: string
  account_name: string
  user_id: string
  starts_at: string
  purpose: string | null
  state: 'planned' | 'done' | 'cancelled'
  visit_id: string | null
}

export type VerdictLevel = 'ok' | 'review' | 'doubtful'

export interface VerdictReason {
  code: string
  params: Record<string, any>
}

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
  state: 'open' | 'done'
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
  next_step: { text: string; due_at: string | null } | null
  flags: string[]
  verdict: Verdict | null
}

export interface FileDocument {
  id: string
  about: About | null
  account_id: string | null
  filename: string
  filetype: string
  bytes: number
  sha256: string
  state: 'awaiting' | 'stored' | 'refused'
  width: number | null
  height: number | null
  taken_at: string | null
  uploaded_at: string | null
  code: string | null
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

export interface Refusal {
  id: string
  device_id: string
  seq: number
  name: string
  v: number
  args: any
  code: string
  params: Record<string, any>
  at: string
  author_id: string
  owner_id: string | null
  about: About | null
  title: string
  state: 'open' | 'closed'
  outcome: 'retried' | 'handed_over' | 'given_up' | null
}

export interface ReceiptDocument {
  id: string
  device_id: string
  seq: number
  status: 'applied' | 'merged' | 'rejected' | 'parked'
  code: string | null
  params: Record<string, any> | null
  flags: string[]
  conflicts: { id: string; field: string }[]
}

export interface DocumentsByKind {
  organization: Organization
  user: User
  team: Team
  account: Account
  account_card: AccountCard
  site: Site
  contact: Contact
  note: Note
  visit_plan: VisitPlan
  visit: Visit
  file: FileDocument
  conflict: Conflict
  refusal: Refusal
  receipt: ReceiptDocument
}

export type Kind = keyof DocumentsByKind
