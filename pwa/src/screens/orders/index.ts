import { symRoundedReceiptLong } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

export default {
  id: 'orders',
  icon: symRoundedReceiptLong,
  titleKey: 'titles.orders.one',
  words: ['orders', 'returns'],
  routes: [
    {
      path: '/orders/:id',
      component: () => import('./OrderPage.vue'),
      meta: { titleKey: 'titles.orders.one', parent: '/customers' },
    },
  ],
} satisfies ScreenModule
