import { symRoundedChecklist } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

export default {
  id: 'checklists',
  icon: symRoundedChecklist,
  titleKey: 'titles.checklists.title',
  tabs: ['administrator', 'service_manager'],
  order: 60,
  phoneOrder: 95,
  words: ['checklists', 'handover', 'photos', 'sync', 'tickets', 'verdict'],
  routes: [
    {
      path: '/checklists',
      component: () => import('./FormsPage.vue'),
      meta: { titleKey: 'titles.checklists.title' },
    },
    {
      path: '/checklists/new',
      component: () => import('./design/DesignPage.vue'),
      meta: { titleKey: 'titles.checklists.new', parent: '/checklists', focused: true },
    },
    {
      path: '/checklists/:id',
      component: () => import('./design/DesignPage.vue'),
      meta: { titleKey: 'titles.checklists.edit', parent: '/checklists', focused: true },
    },
    {
      path: '/tickets/:ticketId/checklists/:formId',
      component: () => import('./FillPage.vue'),
      meta: { titleKey: 'titles.checklists.fill', parent: '/tickets/:ticketId', focused: true },
    },
    {
      path: '/checklists/filled/:id',
      component: () => import('./FilledPage.vue'),
      meta: { titleKey: 'titles.checklists.filled', parent: '/tickets' },
    },
  ],
} satisfies ScreenModule
