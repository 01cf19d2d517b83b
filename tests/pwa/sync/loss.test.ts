// @vitest-environment happy-dom
import { beforeEach, expect, it } from 'vitest'
import { closeLoss, forgetUnsent, loss, noteUnsent, tellLoss } from '@/sync/loss'

const unsent = (waiting: number, photos = 0) => ({ waiting, uploads: { waiting: photos, bytes: 0 } })

beforeEach(() => localStorage.clear())

it('tells what was lost when a new database is found where one with work had been', () => {
  noteUnsent('u', unsent(3, 1))
  tellLoss('u', true)
  expect(loss.value).toEqual({ records: 3, photos: 1 })
  noteUnsent('u', unsent(0))
  tellLoss('u', false)
  expect(loss.value).toEqual({ records: 3, photos: 1 })
  closeLoss('u')
  tellLoss('u', false)
  expect(loss.value).toBeNull()
})

it.each([
  ['the database is the same', unsent(3), false],
  ['nothing was unsent', unsent(0), true],
])('says nothing when %s', (_, before, isNew) => {
  noteUnsent('u', before)
  tellLoss('u', isNew)
  expect(loss.value).toBeNull()
})

it('knows one person from the other, and forgets who has wiped the device', () => {
  noteUnsent('u', unsent(3))
  tellLoss('other', true)
  expect(loss.value).toBeNull()
  forgetUnsent('u')
  tellLoss('u', true)
  expect(loss.value).toBeNull()
})

it('what it cannot read counts as nothing', () => {
  localStorage.setItem('cairn.unsent.u', '{')
  tellLoss('u', true)
  expect(loss.value).toBeNull()
})
