import { Notify } from 'quasar'
import { i18n } from '@/app/i18n'

/** Installs the worker that lets the app start without a network; a new version waits until the person says so. */
export async function registerServiceWorker(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  const { Workbox } = await import('workbox-window')
  const workbox = new Workbox('/service-worker.js')
  workbox.addEventListener('waiting', () => {
    Notify.create({
      message: i18n.global.t('app.update.ready'),
      timeout: 0,
      actions: [{ label: i18n.global.t('app.update.now'), handler: () => workbox.messageSkipWaiting() }],
    })
  })
  workbox.addEventListener('controlling', (event) => {
    if (event.isUpdate) window.location.reload()
  })
  await workbox.register()
  // An app that stays open for days navigates by itself, which a browser does not take as a reason to look for news.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void workbox.update().catch(() => undefined)
  })
}
