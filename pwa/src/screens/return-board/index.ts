import { symRoundedPieChart } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

export default {
  id: 'return-board',
  icon: symRoundedPieChart,
  titleKey: 'titles.returns.board',
  tabs: ['finance', 'sales_manager', 'service_manager', 'executive', 'administrator'],
  order: 31,
  words: ['returns'],
  routes: [
    {
      path: '/return-board',
      component: () => import('./ReturnBoardPage.vue'),
      meta: { titleKey: 'titles.returns.board' },
    },
  ],
} satisfies ScreenModule
