import { symRoundedMonitoring } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

const module: ScreenModule = {
  id: 'service-board',
  icon: symRoundedMonitoring,
  titleKey: 'serviceBoard.title',
  order: 9,
  tabs: ['service_manager', 'executive', 'administrator'],
  routes: [
    {
      path: '/service-board',
      component: () => import('./ServiceBoardPage.vue'),
      meta: { titleKey: 'serviceBoard.title' },
    },
  ],
}

export default module
