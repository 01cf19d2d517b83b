import { symRoundedBuild, symRoundedSupportAgent } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

export default {
  id: 'tickets',
  icon: symRoundedBuild,
  titleKey: 'titles.tickets.title',
  tabs: ['technician', 'service_manager', 'executive', 'administrator'],
  order: 8,
  words: ['checklists', 'customers', 'handover', 'photos', 'sync', 'tickets', 'visits'],
  routes: [
    {
      path: '/tickets',
      component: () => import('./TicketsPage.vue'),
      meta: { titleKey: 'titles.tickets.title' },
      children: [
        {
          path: 'new',
          component: () => import('./NewTicketPage.vue'),
          meta: { titleKey: 'titles.tickets.new', parent: '/tickets', focused: true },
        },
        {
          path: ':id',
          component: () => import('./TicketPage.vue'),
          meta: { titleKey: 'titles.tickets.one', parent: '/tickets' },
        },
        {
          path: ':id/edit',
          component: () => import('./EditTicketPage.vue'),
          meta: { titleKey: 'titles.tickets.edit', parent: '/tickets/:id', focused: true },
        },
        {
          path: ':id/assign',
          component: () => import('./AssignPage.vue'),
          meta: { titleKey: 'titles.tickets.assign', parent: '/tickets/:id', focused: true },
        },
      ],
    },
    {
      path: '/tickets/:id/hand-over',
      component: () => import('./handover/HandOverPage.vue'),
      meta: { titleKey: 'titles.handover.title', bare: true },
    },
  ],
  actions: [
    {
      id: 'new-ticket',
      icon: symRoundedSupportAgent,
      titleKey: 'titles.tickets.new',
      to: '/tickets/new',
      permission: 'tickets.create',
    },
  ],
} satisfies ScreenModule
