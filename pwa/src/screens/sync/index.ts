import { symRoundedSync } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

const module: ScreenModule = {
  id: 'sync',
  icon: symRoundedSync,
  titleKey: 'sync.title',
  order: 90,
  routes: [
    { path: '/sync', component: () => import('./SyncPage.vue'), meta: { titleKey: 'sync.title', parent: '/me' } },
  ],
}

export default module
