import { Notify, Quasar } from 'quasar'
import { createApp } from 'vue'
import App from '@/App.vue'
import { i18n, preferredLocale, setLocale } from '@/app/i18n'
import { router } from '@/app/router'
import { registerServiceWorker } from '@/app/service-worker'
import { followOtherTabs, payOwedSignOut, refreshSession, session } from '@/app/session'
import { applyTheme } from '@/app/theme'
import { say } from '@/app/undo'
import { openEngine } from '@/sync/engine'
import { watchLine } from '@/sync/metered'
import '@/app/styles/quasar.sass'
import '@/app/styles/index.scss'

async function start(): Promise<void> {
  // Words, database and first page are fetched side by side: on a slow network each alone is half a second.
  const words = setLocale(preferredLocale(), false)
  if (session.session) openEngine(session.session.user.id).catch(() => undefined)
  const app = createApp(App)
  app.use(Quasar, { plugins: { Notify } }).use(i18n).use(router)
  app.config.errorHandler = sayWhatFailed
  applyTheme()
  await Promise.all([words, router.isReady()])
  app.mount('#app')
  followOtherTabs()
  void registerServiceWorker()
  void watchLine()
  await payOwedSignOut()
  await refreshSession()
}

interface Words {
  t(key: string, named?: Record<string, unknown>): string
  te(key: string): boolean
}

/** What could not be stored is said at once; the form it came from still holds it. */
function sayWhatFailed(error: unknown): void {
  console.error(error)
  // The composer's own types unfold every message there is.
  const { t, te } = i18n.global as unknown as Words
  const code = codeOf(error)
  say(te(`errors.${code}`) ? t(`errors.${code}`) : t('errors.unknown', { code }))
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : 'internal'
}

void start()
