import { symRoundedMap } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

const module: ScreenModule = {
  id: 'day',
  icon: symRoundedMap,
  titleKey: 'titles.day.tab',
  order: 6,
  tabs: ['sales_manager', 'service_manager', 'executive', 'administrator'],
  words: ['day', 'map', 'photos', 'verdict'],
  routes: [
    { path: '/day', component: () => import('./TeamDayPage.vue'), meta: { titleKey: 'titles.day.team.title' } },
    {
      path: '/day/:userId',
      component: () => import('./PersonDayPage.vue'),
      meta: { titleKey: 'titles.day.person.title', parent: '/day' },
    },
  ],
}

export default module
