import type { Visit, VisitPlan } from '@/generated/documents'

export function position(lat: number, lon: number, accuracy_m = 12) {
  return {
    lat,
    lon,
    accuracy_m,
    fixed_at: '2026-11-20T01:00:00Z',
    altitude_m: null,
    speed_mps: null,
  }
}

export function visit(part: Partial<Visit> = {}): Visit {
  return {
    id: 'v1',
    account_id: 'a1',
    account_name: 'Chenghu',
    user_id: 'u1',
    plan_id: null,
    state: 'done',
    checked_in_at: '2026-11-20T01:00:00Z',
    received_at: '2026-11-20T01:00:05Z',
    position: position(31.3, 120.6),
    distance_m: 20,
    site_id: null,
    photo_ids: [],
    note: null,
    checked_out_at: '2026-11-20T02:00:00Z',
    check_out_received_at: '2026-11-20T02:00:05Z',
    check_out_position: null,
    report: null,
    next_step: null,
    flags: [],
    verdict: { level: 'ok', score: 100, reasons: [] },
    ...part,
  }
}

export function plan(part: Partial<VisitPlan> = {}): VisitPlan {
  return {
    id: 'p1',
    account_id: 'a1',
    account_name: 'Chenghu',
    user_id: 'u1',
    starts_at: '2026-11-20T01:00:00Z',
    purpose: null,
    state: 'planned',
    visit_id: null,
    ...part,
  }
}
