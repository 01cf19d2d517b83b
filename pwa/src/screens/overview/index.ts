import { symRoundedDashboard } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

const module: ScreenModule = {
  id: 'overview',
  icon: symRoundedDashboard,
  titleKey: 'titles.overview.tab',
  order: 5,
  tabs: ['sales_manager', 'service_manager', 'executive', 'administrator'],
  words: ['day', 'overview', 'sync', 'verdict'],
  routes: [
    { path: '/overview', component: () => import('./OverviewPage.vue'), meta: { titleKey: 'titles.overview.tab' } },
  ],
}

export default module
