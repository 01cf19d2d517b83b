import { computed, ref, watch } from 'vue'
import type { ChecklistForm, FormPoint, TicketType } from '@/generated/documents'
import { newId } from '@/sync/identifiers'
import { useDraft } from '@/sync/useDraft'
import { useOutbox } from '@/sync/useOutbox'
import { faultOf } from '../soundness'
import { tidied } from './points'

interface Design {
  id: string
  /** The version that its editor saw; 0 for a form that is not there yet. */
  seen: number
  begun: boolean
  name: string
  types: TicketType[]
  points: FormPoint[]
  active: boolean
}

/** A form being designed: kept as a draft, and saved as a whole. */
export function useDesign(id: string | null, form: () => ChecklistForm | null | undefined) {
  const outbox = useOutbox()
  const draft = useDraft<Design>(`form:${id ?? 'new'}`, () => ({
    ...{ id: id ?? newId(), seen: 0, begun: id === null, name: '', types: [], points: [], active: true },
  }))
  const design = draft.value
  const isReady = ref(false)
  const fault = ref<string | null>(null)
  void draft.ready.then(() => (isReady.value = true))

  function take(current: ChecklistForm): void {
    const points = JSON.parse(JSON.stringify(current.points))
    const { name, ticket_types: types, version: seen, active } = current
    Object.assign(design, { begun: true, seen, name, types: [...types], points, active })
  }

  watch([isReady, form], () => {
    const current = form()
    if (isReady.value && !design.begun && current) take(current)
  })
  watch(
    () => [design.name, design.points],
    () => (fault.value = null),
    { deep: true },
  )
  /** Somebody else has saved a version since: this one can no longer be. */
  const isOvertaken = computed(() => design.begun && id !== null && (form()?.version ?? design.seen) !== design.seen)

  async function discard(): Promise<void> {
    await draft.clear()
    const current = form()
    if (current) take(current)
  }

  /** False when something is left to mend, which `fault` names. */
  async function save(): Promise<boolean> {
    const points = design.points.map(tidied)
    const unnamed = points.find((point) => point.label === '')
    fault.value = design.name.trim() === '' ? 'name' : (unnamed?.id ?? faultOf(points))
    if (fault.value === null && points.length === 0) fault.value = 'points'
    if (fault.value !== null) return false
    const said = { id: design.id, name: design.name.trim(), ticket_types: [...design.types], points }
    if (design.seen === 0) await outbox.add('checklists.create_form', said)
    else await outbox.add('checklists.edit_form', { ...said, seen_version: design.seen, active: design.active })
    await draft.finish()
    return true
  }

  return { design, restored: draft.restored, isReady, isOvertaken, fault, discard, save }
}
