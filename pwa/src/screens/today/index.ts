import { symRoundedToday } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'
import { fieldRoles } from '@/app/roles'

export default {
  id: 'today',
  icon: symRoundedToday,
  titleKey: 'titles.today.title',
  tabs: fieldRoles,
  order: 10,
  // Who has a team looks at it first; their own day is one tap from the overview.
  phoneOrder: 30,
  words: ['customers', 'day', 'map', 'photos', 'today', 'verdict', 'visits'],
  routes: [
    {
      path: '/today',
      component: () => import('./TodayPage.vue'),
      meta: { titleKey: 'titles.today.title' },
      // What one does during the day stands beside the day where there is room for both.
      children: [
        {
          path: '/check-in',
          component: () => import('../visits/ChooseCustomerPage.vue'),
          meta: { titleKey: 'titles.visits.checkIn', parent: '/today' },
        },
        {
          path: '/check-in/:accountId',
          component: () => import('../visits/CheckInPage.vue'),
          meta: { titleKey: 'titles.visits.checkIn', parent: '/customers/:accountId', focused: true },
        },
        {
          path: '/visits/:id',
          component: () => import('../visits/VisitPage.vue'),
          meta: { titleKey: 'titles.visits.one', parent: '/today' },
        },
        {
          path: '/plan',
          component: () => import('../visits/PlanPage.vue'),
          meta: { titleKey: 'titles.visits.plan', parent: '/today', focused: true },
        },
      ],
    },
  ],
} satisfies ScreenModule
