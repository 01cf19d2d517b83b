import type { DocumentKey, Engine } from 'cairn-sync'
import { shallowRef } from 'vue'

/** The engine of the person who is signed in; null until their database is open. */
export const engine = shallowRef<Engine | null>(null)

type Listener = (keys: DocumentKey[]) => void
const listeners = new Map<string, Set<Listener>>()

/** Calls the listener once per change that touches a document of this kind. */
export function onKindChange(kind: string, listener: Listener): () => void {
  const ofKind = listeners.get(kind) ?? new Set()
  listeners.set(kind, ofKind)
  ofKind.add(listener)
  return () => ofKind.delete(listener)
}

/** From here on a change is a page of a pull: pages follow each other closely, and what is shown is read again whole. */
const PAGE_FROM = 100
const PAGES_WAIT_MS = 1_000

const pages: DocumentKey[] = []
let telling: ReturnType<typeof setTimeout> | null = null

/**
 * One subscription to the engine serves every row on the screen. Single changes are told at once, the answer says
 * so; pages together.
 */
export function tellChange(keys: DocumentKey[]): boolean {
  if (keys.length < PAGE_FROM) {
    deliver(keys)
    return true
  }
  for (const key of keys) pages.push(key)
  telling ??= setTimeout(tellPages, PAGES_WAIT_MS)
  return false
}

/** Tells of the pages so far; called when the engine is in step, and by itself after a while. */
export function tellPages(): void {
  if (telling === null) return
  clearTimeout(telling)
  telling = null
  deliver(pages.splice(0))
}

function deliver(keys: DocumentKey[]): void {
  const byKind = new Map<string, DocumentKey[]>()
  for (const key of keys) {
    const sameKind = byKind.get(key.kind) ?? []
    sameKind.push(key)
    byKind.set(key.kind, sameKind)
  }
  for (const [kind, touched] of byKind) {
    for (const listener of listeners.get(kind) ?? []) listener(touched)
  }
}
