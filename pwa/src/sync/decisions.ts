import { engine } from '@/sync/current'
import { draftKeysBefore, removeDraft, takeDraft, writeDraft } from '@/sync/drafts'
import { useOutbox } from '@/sync/useOutbox'

/** How long a decision can be taken back before it is recorded. */
export const GRACE_MS = 6_000
const PREFIX = 'decision:'

/** A mutation to record, or an entry of the outbox to let go. */
export type Step = { name: string; args: Record<string, any> } | { dismiss: number }

/** On this device at once, so that a tab that dies while it could still be taken back loses nothing. */
export function keepDecision(userId: string, key: string, steps: Step[]): Promise<void> {
  return writeDraft(userId, PREFIX + key, steps)
}

export function forgetDecision(userId: string, key: string): Promise<void> {
  return removeDraft(userId, PREFIX + key)
}

/** Records what was decided, once, whichever tab comes first. */
export async function carryOut(userId: string, key: string): Promise<void> {
  const steps = ((await takeDraft(userId, PREFIX + key)) ?? []) as Step[]
  for (const [index, step] of steps.entries()) {
    try {
      if ('dismiss' in step) await engine.value?.dismiss(step.dismiss)
      else await useOutbox().add(step.name, step.args)
    } catch (error) {
      await keepDecision(userId, key, steps.slice(index))
      throw error
    }
  }
}

/** Decisions of tabs that died; the living ones record their own. */
export async function finishDecisions(userId: string): Promise<void> {
  const keys = await draftKeysBefore(userId, PREFIX, Date.now() - GRACE_MS)
  for (const key of keys) await carryOut(userId, key.slice(PREFIX.length))
}
