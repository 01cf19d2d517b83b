import { Notify } from 'quasar'
import { onBeforeUnmount, reactive } from 'vue'
import { useI18n } from 'vue-i18n'
import { useSession } from '@/app/session'
import { carryOut, forgetDecision, GRACE_MS, keepDecision, type Step } from '@/sync/decisions'

interface Pending {
  timer: ReturnType<typeof setTimeout>
  dismiss: () => void
}

/**
 * Decisions that can be taken back: each waits a few seconds with an Undo before it is recorded, because what is
 * recorded cannot be unsent. Leaving the page or putting the phone away records what waits; a tab that dies leaves it
 * to the next start.
 */
export function useDecisions() {
  const { t } = useI18n()
  const { userId } = useSession()
  const waiting = reactive(new Map<string, Pending>())

  async function decide(key: string, words: string, steps: Step[]): Promise<void> {
    settle(key)
    const dismiss = Notify.create({
      message: words,
      position: 'bottom',
      timeout: GRACE_MS,
      actions: [{ label: t('app.undo'), noCaps: true, handler: () => takeBack(key) }],
    }) as () => void
    waiting.set(key, { timer: setTimeout(() => settle(key), GRACE_MS), dismiss })
    await keepDecision(userId.value, key, steps)
  }

  function takeBack(key: string): void {
    if (stopWaiting(key)) void forgetDecision(userId.value, key)
  }

  function settle(key: string): void {
    const pending = stopWaiting(key)
    if (!pending) return
    pending.dismiss()
    carryOut(userId.value, key).catch(() => Notify.create({ message: t('sync.notRecorded'), position: 'bottom' }))
  }

  function stopWaiting(key: string): Pending | undefined {
    const pending = waiting.get(key)
    clearTimeout(pending?.timer)
    waiting.delete(key)
    return pending
  }

  function settleAll(): void {
    for (const key of [...waiting.keys()]) settle(key)
  }

  const onHide = () => document.visibilityState === 'hidden' && settleAll()
  document.addEventListener('visibilitychange', onHide)
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', onHide)
    settleAll()
  })

  return { decide, isDeciding: (key: string) => waiting.has(key) }
}
