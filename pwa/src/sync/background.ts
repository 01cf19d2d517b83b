import { i18n } from '@/app/i18n'
import { say } from '@/app/undo'
import { engine } from '@/sync/current'
import { REFRESH_TAG, SYNC_TAG } from '@/sync/worker-names'

const REFRESH_EVERY_MS = 12 * 3_600_000

/** What only some browsers have. */
interface WakingRegistration extends ServiceWorkerRegistration {
  sync?: { register(tag: string): Promise<void> }
  periodicSync?: { register(tag: string, options: { minInterval: number }): Promise<void> }
}

let asked = false
let warned = false

/**
 * From the first record on there is something to lose: asks the browser to keep it and to wake the worker for it,
 * and warns while there is still room.
 */
export async function afterRecord(): Promise<void> {
  const registration: WakingRegistration | undefined = await navigator.serviceWorker
    ?.getRegistration()
    .catch(() => undefined)
  await registration?.sync?.register(SYNC_TAG).catch(() => undefined)
  const pressed = Boolean(await engine.value?.room.pressure())
  if (pressed && !warned) say(i18n.global.t('app.storageLow'))
  warned = pressed
  if (asked) return
  asked = true
  await registration?.periodicSync?.register(REFRESH_TAG, { minInterval: REFRESH_EVERY_MS }).catch(() => undefined)
  if (!(await navigator.storage?.persisted?.())) await navigator.storage?.persist?.()
}
