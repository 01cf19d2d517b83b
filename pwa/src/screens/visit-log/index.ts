import { symRoundedFactCheck } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

const module: ScreenModule = {
  id: 'visit-log',
  icon: symRoundedFactCheck,
  titleKey: 'titles.visitLog.title',
  order: 7,
  phoneOrder: 50,
  tabs: ['sales_manager', 'service_manager', 'executive', 'administrator'],
  words: ['day', 'map', 'photos', 'verdict', 'visitLog'],
  routes: [
    { path: '/visit-log', component: () => import('./VisitLogPage.vue'), meta: { titleKey: 'titles.visitLog.title' } },
  ],
}

export default module
