import { symRoundedAddBusiness, symRoundedStorefront } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'
import { everyRole } from '@/app/roles'

export default {
  id: 'customers',
  icon: symRoundedStorefront,
  titleKey: 'titles.customers.title',
  tabs: everyRole,
  order: 20,
  words: ['customers', 'orders', 'returns', 'tickets', 'verdict', 'visits'],
  routes: [
    {
      path: '/customers',
      component: () => import('./CustomersPage.vue'),
      meta: { titleKey: 'titles.customers.title' },
      children: [
        {
          path: 'new',
          component: () => import('./NewCustomerPage.vue'),
          meta: { titleKey: 'titles.customers.new', parent: '/customers', focused: true },
        },
        {
          path: ':id',
          component: () => import('./CustomerPage.vue'),
          meta: { titleKey: 'titles.customers.one', parent: '/customers' },
        },
        {
          path: ':id/edit',
          component: () => import('./EditCustomerPage.vue'),
          meta: { titleKey: 'titles.customers.edit', parent: '/customers/:id', focused: true },
        },
        {
          path: ':id/transfer',
          component: () => import('./TransferPage.vue'),
          meta: { titleKey: 'titles.customers.transfer', parent: '/customers/:id', focused: true },
        },
        {
          path: ':id/contacts/new',
          component: () => import('./ContactPage.vue'),
          meta: { titleKey: 'titles.customers.newContact', parent: '/customers/:id', focused: true },
        },
        {
          path: ':id/contacts/:contactId',
          component: () => import('./ContactPage.vue'),
          meta: { titleKey: 'titles.customers.editContact', parent: '/customers/:id', focused: true },
        },
      ],
    },
  ],
  actions: [
    {
      id: 'new-customer',
      icon: symRoundedAddBusiness,
      titleKey: 'titles.customers.new',
      to: '/customers/new',
      permission: 'accounts.create',
    },
  ],
} satisfies ScreenModule
