export type VerdictLevel = 'ok' | 'review' | 'doubtful'

export type ReasonCode =
  | 'far_from_site'
  | 'low_accuracy'
  | 'stale_fix'
  | 'impossible_speed'
  | 'clock_skew'
  | 'duplicate_photo'
  | 'photo_elsewhere'
  | 'photo_other_time'
  | 'synced_late'
  | 'no_site'
  | 'outside_hours'

export interface Reason {
  code: ReasonCode
  params: Record<string, number | string>
}

export interface Verdict {
  level: VerdictLevel
  /** 100 = nothing odd, 0 = everything odd. */
  score: number
  reasons: Reason[]
}

export interface JudgedVisit extends Verdict {
  distance_m: number | null
  site_id: string | null
}

/** A position as the phone had it, WGS-84; an accuracy of null or 0 means unknown. */
export interface Fix {
  lat: number
  lon: number
  accuracy_m: number | null
  fixed_at: string
}

export interface SitePlace {
  id: string
  lat: number
  lon: number
}

export interface PhotoEvidence {
  duplicate_of?: string | null
  lat?: number | null
  lon?: number | null
  taken_at?: string | null
}

export interface WorkingHours {
  start: string
  end: string
  time_zone: string
}

/** All that is known when a visit is judged; the phone leaves out what only the server can know. */
export interface CheckInEvidence {
  at: string
  fix: Fix
  sites: SitePlace[]
  working_hours: WorkingHours
  previous?: Fix | null
  photos?: PhotoEvidence[]
  clock_skew_s?: number
  received_at?: string | null
}
