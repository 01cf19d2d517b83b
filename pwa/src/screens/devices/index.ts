import { symRoundedDevices } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

const module: ScreenModule = {
  id: 'devices',
  icon: symRoundedDevices,
  titleKey: 'titles.devices.title',
  order: 60,
  tabs: ['administrator'],
  words: ['devices', 'me'],
  routes: [
    {
      path: '/devices',
      component: () => import('./ManagedDevicesPage.vue'),
      meta: { titleKey: 'titles.devices.title', parent: '/me' },
    },
  ],
}

export default module
