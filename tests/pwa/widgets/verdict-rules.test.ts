import { describe, expect, it } from 'vitest'
import { DEFAULT_THRESHOLDS, levelOf, previewVerdict } from '@/widgets/verdict/rules'
import vectors from '../../../sync/vectors/verdict.json'

describe('verdict.json', () => {
  it('both sides hold the same limits and points', () => {
    expect(DEFAULT_THRESHOLDS).toEqual(vectors.thresholds)
  })

  it.each(vectors.cases.map((one: any) => [one.name, one]))('%s', (_name, one: any) => {
    const verdict = previewVerdict({
      at: one.at,
      fix: one.position,
      sites: one.sites
        .filter((site: any) => site.position)
        .map((site: any) => ({
          id: site.id,
          lat: site.position.lat,
          lon: site.position.lon,
        })),
      previous: one.previous_position,
      working_hours: { ...one.working_hours, time_zone: one.time_zone },
    })
    const { distance_m, ...rest } = verdict
    const { distance_m: expected, ...words } = one.verdict
    expect(rest).toEqual(words)
    if (expected === null) expect(distance_m).toBeNull()
    else expect(Math.abs(distance_m! - expected)).toBeLessThanOrEqual(0.05 + expected * 1e-6)
  })
})

describe('what a phone learns from its photos and the server', () => {
  const base = {
    at: '2026-11-20T02:00:00Z',
    fix: {
      lat: 31.3,
      lon: 120.6,
      accuracy_m: 10,
      fixed_at: '2026-11-20T02:00:00Z',
    },
    sites: [{ id: 'gate', lat: 31.3, lon: 120.6 }],
    working_hours: { start: '09:00', end: '18:00', time_zone: 'Asia/Shanghai' },
  }

  it.each([
    [{ duplicate_of: 'v1' }, 'duplicate_photo', 40],
    [{ lat: 31.31, lon: 120.6 }, 'photo_elsewhere', 70],
    [{ taken_at: '2026-11-20T01:00:00Z' }, 'photo_other_time', 75],
  ])('photo %j', (photo, code, score) => {
    const verdict = previewVerdict({ ...base, photos: [photo] })
    expect(verdict.reasons.map((reason) => reason.code)).toEqual([code])
    expect(verdict.score).toBe(score)
  })

  it('tells a clock that is off and news that came late', () => {
    const verdict = previewVerdict({
      ...base,
      clock_skew_s: 301,
      received_at: '2026-11-21T03:00:00Z',
    })
    expect(verdict.reasons).toEqual([
      { code: 'clock_skew', params: { skew_s: 301 } },
      { code: 'synced_late', params: { delay_s: 89_699 } },
    ])
  })

  it.each([
    [80, 'ok'],
    [79, 'review'],
    [50, 'review'],
    [49, 'doubtful'],
  ])('a score of %i is %s', (score, level) => expect(levelOf(score)).toBe(level))
})
