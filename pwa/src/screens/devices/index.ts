import { symRoundedDevices } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

const module: ScreenModule = {
  id: 'devices',
  icon: symRoundedDevices,
  titleKey: 'devices.title',
  order: 60,
  tabs: ['administrator'],
  routes: [
    {
      path: '/devices',
      component: () => import('./ManagedDevicesPage.vue'),
      meta: { titleKey: 'devices.title', parent: '/me' },
    },
  ],
}

export default module
