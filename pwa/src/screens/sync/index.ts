import { symRoundedSync } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

const module: ScreenModule = {
  id: 'sync',
  icon: symRoundedSync,
  titleKey: 'titles.sync.title',
  order: 90,
  words: ['sync'],
  routes: [
    {
      path: '/sync',
      component: () => import('./SyncPage.vue'),
      meta: { titleKey: 'titles.sync.title', parent: '/me' },
    },
  ],
}

export default module
