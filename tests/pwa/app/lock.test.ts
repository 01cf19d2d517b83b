import { expect, it } from 'vitest'
import { lockedPage, lockPage, unlockPage } from '@/app/lock'

it('holds one person on one page until it is given back', () => {
  expect(lockedPage('a')).toBeNull()
  lockPage('a', '/tickets/1/hand-over')
  expect(lockedPage('a')).toBe('/tickets/1/hand-over')
  expect(lockedPage('b')).toBeNull()
  expect(lockedPage(undefined)).toBeNull()
  unlockPage()
  expect(lockedPage('a')).toBeNull()
})
