/** What a phone may record: every mutation's args, version and class. */
// Written by `make schema` from the server's declarations: change those.

export type Role = 'administrator' | 'agent' | 'executive' | 'finance' | 'marketing' | 'sales_manager' | 'salesperson' | 'service_manager' | 'technician'

/** The record that something is about. */
export interface About {
  kind: string
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

/** Give a planned visit up. */
export interface CancelPlan {
  id: string
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

/** Change a person's name, roles or team, or put them out of service. */
export interface EditUser {
  id: string
  set: UserFields
  base: UserFields
}

/** A promise with its date; a bare text is one without. */
export interface NextStepInput {
  text: string
  due_at?: string | null
}

/** Mean to call on a customer (features.md 122). */
export interface PlanVisit {
  id: string
  account_id: string
  starts_at: string
  purpose?: string | null
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

/** Settle a conflict: the author's value, the value that stood, or another one. */
export interface ResolveConflict {
  id: string
  take: 'mine' | 'theirs' | 'value'
  value?: any
}

/** Have a parked mutation tried again now. */
export interface RetryParked {
  id: string
}

/** What can be edited of a site. */
export interface SiteFields {
  name?: string
  address?: string | null
  position?: Position | null
}

/** What can be edited of a team. */
export interface TeamFields {
  name?: string
  parent_id?: string | null
  lead_ids?: string[]
}

/** Give a customer to a colleague (features.md 48). */
export interface TransferAccount {
  id: string
  to_user_id: string
}

/** What can be edited of a person. */
export interface UserFields {
  name?: string
  title?: string | null
  roles?: Role[]
  team_id?: string | null
  active?: boolean
}

export interface MutationArgs {
  'accounts.create': CreateAccount
  'accounts.edit': EditAccount
  'accounts.transfer': TransferAccount
  'conflicts.resolve': ResolveConflict
  'contacts.create': CreateContact
  'contacts.edit': EditContact
  'notes.add': AddNote
  'parked.dismiss': DismissParked
  'parked.retry': RetryParked
  'refusals.close': CloseRefusal
  'sites.create': CreateSite
  'sites.edit': EditSite
  'teams.create': CreateTeam
  'teams.edit': EditTeam
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
  'conflicts.resolve': { version: 1, class: 'decision' },
  'contacts.create': { version: 1, class: 'decision' },
  'contacts.edit': { version: 1, class: 'decision' },
  'notes.add': { version: 1, class: 'fact' },
  'parked.dismiss': { version: 1, class: 'decision' },
  'parked.retry': { version: 1, class: 'decision' },
  'refusals.close': { version: 1, class: 'decision' },
  'sites.create': { version: 1, class: 'decision' },
  'sites.edit': { version: 1, class: 'decision' },
  'teams.create': { version: 1, class: 'decision' },
  'teams.edit': { version: 1, class: 'decision' },
  'users.create': { version: 1, class: 'decision' },
  'users.edit': { version: 1, class: 'decision' },
  'visits.cancel_plan': { version: 1, class: 'decision' },
  'visits.check_in': { version: 1, class: 'fact' },
  'visits.check_out': { version: 1, class: 'fact' },
  'visits.plan': { version: 1, class: 'decision' },
} as const
