import { uuidv7 } from 'cairn-sync'

/** Whoever makes a record names it, offline or not. */
export function newId(): string {
  return uuidv7()
}
