import { onScopeDispose, type MaybeRefOrGetter, type Ref, shallowRef, toValue, watch } from 'vue'
import { engine, onKindChange } from '@/sync/current'
import type { DocumentsByKind, Kind } from '@/generated/documents'

export interface RowsQuery {
  ref?: string
  reverse?: boolean
  limit?: number
  offset?: number
}

/** The documents of a kind in the order its index declares: undefined while they are being read. A null query reads nothing. */
export function useRows<K extends Kind>(
  kind: K,
  query: MaybeRefOrGetter<RowsQuery | null> = {},
): Ref<DocumentsByKind[K][] | undefined> {
  const rows: Ref<DocumentsByKind[K][] | undefined> = shallowRef()
  let turn = 0
  let queued = false

  async function read(): Promise<void> {
    queued = false
    const wanted = toValue(query)
    if (!engine.value || !wanted) return
    const mine = ++turn
    const found = await engine.value.list(kind, wanted)
    if (mine === turn) rows.value = found as DocumentsByKind[K][]
  }

  // A page of a pull changes hundreds of documents in one go: read once per turn of the event loop.
  function readSoon(): void {
    if (queued) return
    queued = true
    queueMicrotask(() => void read())
  }

  watch(
    [() => JSON.stringify(toValue(query)), engine],
    (_now, before) => {
      if (before[0] !== undefined) rows.value = undefined
      readSoon()
    },
    { immediate: true },
  )
  const stop = onKindChange(kind, readSoon)
  onScopeDispose(stop)
  return rows
}
