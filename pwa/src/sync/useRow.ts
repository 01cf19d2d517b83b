import { onScopeDispose, type Ref, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { engine, onKindChange } from '@/sync/current'
import type { DocumentsByKind, Kind } from '@/generated/documents'

/** A document as this device shows it: undefined while it is being read, null when there is none. */
export function useRow<K extends Kind>(
  kind: K,
  id: MaybeRefOrGetter<string | null | undefined>,
): Ref<DocumentsByKind[K] | null | undefined> {
  const row: Ref<DocumentsByKind[K] | null | undefined> = shallowRef()
  let turn = 0

  async function read(): Promise<void> {
    const wanted = toValue(id)
    if (!engine.value) return
    const mine = ++turn
    const found = wanted ? await engine.value.get(kind, wanted) : undefined
    // A slower, older read must not overwrite a newer one.
    if (mine === turn) row.value = (found as DocumentsByKind[K] | undefined) ?? null
  }

  watch(
    [() => toValue(id), engine],
    () => {
      row.value = undefined
      void read()
    },
    { immediate: true },
  )
  const stop = onKindChange(kind, (keys) => {
    if (keys.some((key) => key.id === toValue(id))) void read()
  })
  onScopeDispose(stop)
  return row
}
