import { symRoundedAssignmentReturn } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

export default {
  id: 'returns',
  icon: symRoundedAssignmentReturn,
  titleKey: 'titles.returns.title',
  tabs: ['finance', 'sales_manager', 'service_manager', 'executive', 'administrator'],
  order: 30,
  words: ['customers', 'orders', 'photos', 'returns', 'visits'],
  routes: [
    {
      path: '/returns',
      component: () => import('./ReturnsPage.vue'),
      meta: { titleKey: 'titles.returns.title' },
      children: [
        {
          path: 'new',
          component: () => import('./NewReturnPage.vue'),
          meta: { titleKey: 'titles.returns.new', parent: '/returns', focused: true },
        },
        {
          path: ':id',
          component: () => import('./ReturnPage.vue'),
          meta: { titleKey: 'titles.returns.one', parent: '/returns' },
        },
      ],
    },
  ],
  actions: [
    {
      id: 'new-return',
      icon: symRoundedAssignmentReturn,
      titleKey: 'titles.returns.new',
      to: '/returns/new',
      permission: 'returns.request',
    },
  ],
} satisfies ScreenModule
