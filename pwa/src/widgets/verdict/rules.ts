/**
 * The visit verdict as a phone can foresee it: the twin of the server's rules, held to them by shared vectors.
 * A verdict is evidence for a person to weigh and never blocks a visit.
 */
import { distanceMetres, type Place } from '../../map/geodesy'
import type {
  CheckInEvidence,
  Fix,
  JudgedVisit,
  PhotoEvidence,
  Reason,
  ReasonCode,
  SitePlace,
  VerdictLevel,
  WorkingHours,
} from './types'

/** Every number of the verdict; a value exactly on a limit is still inside it. Why each: the server's rules. */
export const DEFAULT_THRESHOLDS = {
  fence_radius_m: 300,
  very_far_m: 2_000,
  low_accuracy_m: 100,
  useless_accuracy_m: 1_000,
  stale_fix_s: 120,
  speed_kmh: 200,
  speed_from_m: 500,
  clock_skew_s: 300,
  photo_distance_m: 500,
  photo_age_s: 1_800,
  synced_late_s: 86_400,
  far_points: 30,
  very_far_points: 55,
  low_accuracy_points: 15,
  useless_accuracy_points: 30,
  stale_fix_points: 25,
  speed_points: 40,
  clock_skew_points: 25,
  duplicate_photo_points: 60,
  photo_elsewhere_points: 30,
  photo_other_time_points: 25,
  synced_late_points: 5,
  no_site_points: 20,
  outside_hours_points: 10,
  ok_from: 80,
  review_from: 50,
}

export type Thresholds = typeof DEFAULT_THRESHOLDS

type Finding = [points: number, reason: Reason]

/** Weighs a check-in; each code counts once, with its worst case. */
export function previewVerdict(evidence: CheckInEvidence, overrides: Partial<Thresholds> = {}): JudgedVisit {
  const thresholds = { ...DEFAULT_THRESHOLDS, ...overrides }
  const nearest = nearestSite(evidence.fix, evidence.sites)
  const findings = [
    ...siteFindings(evidence.fix, nearest, thresholds),
    ...fixFindings(evidence, thresholds),
    ...speedFindings(evidence.fix, evidence.previous ?? null, thresholds),
    ...clockFindings(evidence, thresholds),
    ...photoFindings(evidence, thresholds),
    ...timeFindings(evidence, thresholds),
  ]
  const score = Math.max(0, 100 - findings.reduce((sum, [points]) => sum + points, 0))
  return {
    level: levelOf(score, thresholds),
    score,
    reasons: findings.map(([, reason]) => reason),
    distance_m: nearest?.distance_m ?? null,
    site_id: nearest?.site.id ?? null,
  }
}

export function levelOf(score: number, thresholds: Thresholds = DEFAULT_THRESHOLDS): VerdictLevel {
  if (score >= thresholds.ok_from) return 'ok'
  return score >= thresholds.review_from ? 'review' : 'doubtful'
}

/** The customer's site nearest to a place, with the geodesic distance in metres. */
export function nearestSite(place: Place, sites: SitePlace[]): { site: SitePlace; distance_m: number } | null {
  let nearest: { site: SitePlace; distance_m: number } | null = null
  for (const site of sites) {
    const distance_m = distanceMetres(place, site)
    if (!nearest || distance_m < nearest.distance_m) nearest = { site, distance_m }
  }
  return nearest
}

/** Both ends included; an end before the start runs past midnight, and equal ends mean the whole day. */
export function isWorkingTime(moment: number, hours: WorkingHours): boolean {
  const [start, end] = [minutesOf(hours.start), minutesOf(hours.end)]
  const local = localMinutes(moment, hours.time_zone)
  if (start === end) return true
  return start < end ? start <= local && local <= end : local >= start || local <= end
}

function siteFindings(fix: Fix, nearest: { distance_m: number } | null, thresholds: Thresholds): Finding[] {
  if (!nearest) return [finding(thresholds.no_site_points, 'no_site')]
  // The person may stand anywhere in the circle of accuracy: only what is beyond all of it counts as far.
  const atLeast = nearest.distance_m - accuracyOf(fix)
  if (atLeast <= thresholds.fence_radius_m) return []
  const points = atLeast > thresholds.very_far_m ? thresholds.very_far_points : thresholds.far_points
  const params = { distance_m: whole(nearest.distance_m), radius_m: whole(thresholds.fence_radius_m) }
  return [finding(points, 'far_from_site', params)]
}

function fixFindings({ at, fix }: CheckInEvidence, thresholds: Thresholds): Finding[] {
  const findings: Finding[] = []
  const accuracy_m = accuracyOf(fix)
  if (accuracy_m > thresholds.low_accuracy_m) {
    const useless = accuracy_m > thresholds.useless_accuracy_m
    const points = useless ? thresholds.useless_accuracy_points : thresholds.low_accuracy_points
    findings.push(finding(points, 'low_accuracy', { accuracy_m: whole(accuracy_m) }))
  }
  const age_s = secondsBetween(fix.fixed_at, at)
  if (age_s > thresholds.stale_fix_s)
    findings.push(finding(thresholds.stale_fix_points, 'stale_fix', { age_s: whole(age_s) }))
  return findings
}

function speedFindings(fix: Fix, previous: Fix | null, thresholds: Thresholds): Finding[] {
  if (!previous) return []
  // Fixes of the same moment are a second apart, so that the speed stays a number.
  const elapsed_s = Math.max(Math.abs(secondsBetween(previous.fixed_at, fix.fixed_at)), 1)
  const allowed_m = Math.max(thresholds.speed_from_m, (elapsed_s * thresholds.speed_kmh) / 3.6)
  const moved_m = distanceMetres(fix, previous) - accuracyOf(fix) - accuracyOf(previous)
  if (moved_m <= allowed_m) return []
  const speed_kmh = whole((moved_m / elapsed_s) * 3.6)
  return [finding(thresholds.speed_points, 'impossible_speed', { speed_kmh })]
}

function clockFindings(evidence: CheckInEvidence, thresholds: Thresholds): Finding[] {
  // A fix later than the check-in it came with shows a clock that was set back in between.
  const ahead_s = secondsBetween(evidence.at, evidence.fix.fixed_at)
  const skew_s = Math.max(Math.abs(evidence.clock_skew_s ?? 0), ahead_s)
  if (skew_s <= thresholds.clock_skew_s) return []
  return [finding(thresholds.clock_skew_points, 'clock_skew', { skew_s: whole(skew_s) })]
}

function photoFindings({ at, fix, photos = [] }: CheckInEvidence, thresholds: Thresholds): Finding[] {
  const findings: Finding[] = []
  const visit_id = photos.find((photo) => photo.duplicate_of)?.duplicate_of
  if (visit_id) findings.push(finding(thresholds.duplicate_photo_points, 'duplicate_photo', { visit_id }))
  const farthest_m = Math.max(0, ...photos.map((photo) => photoDistance(fix, photo)))
  if (farthest_m - accuracyOf(fix) > thresholds.photo_distance_m) {
    const params = { distance_m: whole(farthest_m) }
    findings.push(finding(thresholds.photo_elsewhere_points, 'photo_elsewhere', params))
  }
  const ages = photos.map((photo) => (photo.taken_at ? Math.abs(secondsBetween(photo.taken_at, at)) : 0))
  const oldest_s = Math.max(0, ...ages)
  if (oldest_s > thresholds.photo_age_s) {
    const params = { age_s: whole(oldest_s) }
    findings.push(finding(thresholds.photo_other_time_points, 'photo_other_time', params))
  }
  return findings
}

function timeFindings(evidence: CheckInEvidence, thresholds: Thresholds): Finding[] {
  const findings: Finding[] = []
  const happened_at = Date.parse(evidence.at) + (evidence.clock_skew_s ?? 0) * 1000
  if (evidence.received_at) {
    const delay_s = (Date.parse(evidence.received_at) - happened_at) / 1000
    if (delay_s > thresholds.synced_late_s)
      findings.push(finding(thresholds.synced_late_points, 'synced_late', { delay_s: whole(delay_s) }))
  }
  if (!isWorkingTime(happened_at, evidence.working_hours))
    findings.push(finding(thresholds.outside_hours_points, 'outside_hours'))
  return findings
}

function finding(points: number, code: ReasonCode, params: Reason['params'] = {}): Finding {
  return [points, { code, params }]
}

function photoDistance(fix: Fix, { lat, lon }: PhotoEvidence): number {
  return typeof lat === 'number' && typeof lon === 'number' ? distanceMetres(fix, { lat, lon }) : 0
}

function accuracyOf(fix: Fix): number {
  return Math.max(fix.accuracy_m ?? 0, 0)
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000
}

/** Rounds halves to even, as the server's language does. */
function whole(value: number): number {
  const floor = Math.floor(value)
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value)
}

function minutesOf(clock: string): number {
  const [hours, minutes = '0', seconds = '0'] = clock.split(':')
  return Number(hours) * 60 + Number(minutes) + Number(seconds) / 60
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function localMinutes(moment: number, timeZone: string): number {
  let clock = clocks.get(timeZone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
    clocks.set(timeZone, clock)
  }
  const milliseconds = ((moment % 1000) + 1000) % 1000
  return minutesOf(clock.format(moment)) + milliseconds / 60_000
}
