import { expect, it } from 'vitest'
import { nearLimits } from '@/screens/sync/limits'

it.each([
  [0, 0, []],
  [7_999, 799, []],
  [8_000, 0, ['records']],
  [0, 800, ['photos']],
  [10_000, 1_000, ['records', 'photos']],
])('%i records and %i photos: says %j', (waiting, photos, keys) => {
  const near = nearLimits({ waiting, uploads: { waiting: photos, bytes: 0 } })
  expect(near.map(({ key }) => key)).toEqual(keys)
})
