import type { SyncStatus } from 'cairn-sync'
import { shallowRef } from 'vue'

/** What was recorded at this browser, was never sent, and has been deleted by the browser with its database. */
export interface Loss {
  records: number
  photos: number
}

type Unsent = Pick<SyncStatus, 'waiting' | 'uploads'>

const noted = (userId: string) => `cairn.unsent.${userId}`
const lost = (userId: string) => `cairn.lost.${userId}`

/** Null while nothing was lost, or the person has read of it. */
export const loss = shallowRef<Loss | null>(null)

/** Keeps count outside the database: only so can it be told that the database was deleted with work in it. */
export function noteUnsent(userId: string, { waiting, uploads }: Unsent): void {
  const words = JSON.stringify({ records: waiting, photos: uploads.waiting } satisfies Loss)
  if (read(noted(userId)) !== words) write(noted(userId), words)
}

/** Called when the database is open: one that is new, though work was noted, is not the one that held the work. */
export function tellLoss(userId: string, isNew: boolean): void {
  const unsent = isNew ? parse(read(noted(userId))) : null
  if (unsent && unsent.records + unsent.photos > 0) write(lost(userId), JSON.stringify(unsent))
  loss.value = parse(read(lost(userId)))
}

/** The person has read it. */
export function closeLoss(userId: string): void {
  localStorage.removeItem(lost(userId))
  loss.value = null
}

export function forgetUnsent(userId: string): void {
  localStorage.removeItem(noted(userId))
}

function read(key: string): string | null {
  return localStorage.getItem(key)
}

/** A full or forbidden localStorage costs a warning, never a record. */
function write(key: string, words: string): void {
  try {
    localStorage.setItem(key, words)
  } catch {
    return
  }
}

function parse(words: string | null): Loss | null {
  try {
    return JSON.parse(words ?? 'null') as Loss | null
  } catch {
    return null
  }
}
