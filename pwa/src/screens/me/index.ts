import { symRoundedPerson } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'
import { everyRole } from '@/app/roles'

export default {
  id: 'me',
  icon: symRoundedPerson,
  titleKey: 'titles.me.title',
  tabs: everyRole,
  order: 90,
  words: ['me', 'sync'],
  routes: [
    { path: '/me', component: () => import('./MePage.vue'), meta: { titleKey: 'titles.me.title' } },
    {
      path: '/me/devices',
      component: () => import('./DevicesPage.vue'),
      meta: { titleKey: 'titles.me.devices', parent: '/me' },
    },
    {
      path: '/me/parked',
      component: () => import('./ParkedPage.vue'),
      meta: { titleKey: 'titles.me.parked', parent: '/me' },
    },
    {
      path: '/me/privacy',
      component: () => import('./PrivacyPage.vue'),
      meta: { titleKey: 'titles.me.privacy', parent: '/me' },
    },
  ],
} satisfies ScreenModule
