import { Notify } from 'quasar'
import { onBeforeUnmount, reactive } from 'vue'
import { useI18n } from 'vue-i18n'

const GRACE_MS = 6_000

interface Pending {
  timer: ReturnType<typeof setTimeout>
  run: () => Promise<unknown>
  dismiss: () => void
}

/**
 * Decisions that can be taken back: each waits a few seconds with an Undo before it is recorded, because what is
 * recorded cannot be unsent. Leaving the page or putting the phone away records what waits.
 */
export function useDecisions() {
  const { t } = useI18n()
  const waiting = reactive(new Map<string, Pending>())

  function decide(key: string, words: string, run: () => Promise<unknown>): void {
    settle(key)
    const dismiss = Notify.create({
      message: words,
      position: 'bottom',
      timeout: GRACE_MS,
      actions: [{ label: t('app.undo'), noCaps: true, handler: () => takeBack(key) }],
    }) as () => void
    waiting.set(key, { timer: setTimeout(() => settle(key), GRACE_MS), run, dismiss })
  }

  function takeBack(key: string): void {
    const pending = waiting.get(key)
    if (!pending) return
    clearTimeout(pending.timer)
    waiting.delete(key)
  }

  function settle(key: string): void {
    const pending = waiting.get(key)
    if (!pending) return
    takeBack(key)
    pending.dismiss()
    pending.run().catch(() => Notify.create({ message: t('sync.notRecorded'), position: 'bottom' }))
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
