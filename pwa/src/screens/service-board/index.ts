import { symRoundedMonitoring } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

const module: ScreenModule = {
  id: 'service-board',
  icon: symRoundedMonitoring,
  titleKey: 'titles.serviceBoard.title',
  order: 9,
  tabs: ['service_manager', 'executive', 'administrator'],
  words: ['serviceBoard', 'tickets'],
  routes: [
    {
      path: '/service-board',
      component: () => import('./ServiceBoardPage.vue'),
      meta: { titleKey: 'titles.serviceBoard.title' },
    },
  ],
}

export default module
