import { Notify, Quasar } from 'quasar'
import iconSet from 'quasar/icon-set/svg-material-symbols-rounded'
import { createApp } from 'vue'
import App from '@/App.vue'
import { i18n, preferredLocale, setLocale } from '@/app/i18n'
import { router } from '@/app/router'
import { registerServiceWorker } from '@/app/service-worker'
import { followOtherTabs, payOwedSignOut, refreshSession, session } from '@/app/session'
import { applyTheme } from '@/app/theme'
import { listenToWorker } from '@/sync/background'
import { openEngine } from '@/sync/engine'
import 'quasar/src/css/index.sass'
import '@/app/styles/index.scss'

async function start(): Promise<void> {
  const app = createApp(App)
  app.use(Quasar, { plugins: { Notify }, iconSet })
  applyTheme()
  await setLocale(preferredLocale(), false)
  app.use(i18n).use(router)
  if (session.session) openEngine(session.session.user.id).catch(() => undefined)
  app.mount('#app')
  followOtherTabs()
  registerServiceWorker()
  listenToWorker()
  await payOwedSignOut()
  await refreshSession()
}

void start()
