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

/** One subscription to the engine serves every row on the screen. */
export function tellChange(keys: DocumentKey[]): void {
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
