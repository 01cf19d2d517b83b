import { expect, it } from 'vitest'
import { syncWords } from '@/widgets/sync-words'

const now = Date.parse('2026-11-22T12:00:00Z')
const status = (part: object): any => ({
  ...{ phase: 'idle', waiting: 0, oldestWaitingAt: null, attention: 0, lastSyncedAt: '2026-11-22T11:59:00Z' },
  ...{ error: null, leader: true, progress: null, uploads: { waiting: 0, bytes: 0 }, ...part },
})

it.each([
  ['all is saved', {}, 'saved', 0, null],
  ['nothing came yet', { lastSyncedAt: null }, 'starting', 0, null],
  ['something waits', { waiting: 2, oldestWaitingAt: '2026-11-22T11:59:30Z' }, 'waiting', 2, null],
  ['it waits for long', { waiting: 3, oldestWaitingAt: '2026-11-22T10:00:00Z' }, 'waitingSince', 3, 7200],
  ['photos follow what is said first', { waiting: 1, uploads: { waiting: 2, bytes: 9 } }, 'waiting', 1, null],
  ['only photos are left', { uploads: { waiting: 2, bytes: 9 } }, 'photos', 2, null],
  ['no network', { phase: 'offline' }, 'offline', 0, null],
  ['no network and work waits', { phase: 'offline', waiting: 4 }, 'offlineWaiting', 4, null],
  ['a person is needed', { attention: 1 }, 'attention', 1, null],
  ['what waits is not hidden by that', { phase: 'offline', waiting: 4, attention: 1 }, 'offlineWaiting', 4, null],
  ['signed out', { phase: 'signed_out', waiting: 1 }, 'signedOut', 1, null],
  ['receiving', { phase: 'pulling', progress: { rows: 500 } }, 'receiving', 500, null],
  ['too old', { phase: 'upgrade_required' }, 'upgrade', 0, null],
])('%s', (_name, part, key, count, ageSeconds) => {
  expect(syncWords(status(part), now)).toMatchObject({ key, count, ageSeconds })
})
