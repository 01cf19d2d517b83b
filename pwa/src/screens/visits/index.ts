import { symRoundedCalendarAddOn, symRoundedPinDrop } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

/** The pages that stand beside Today are declared there; these are what the `+` offers. */
export default {
  id: 'visits',
  icon: symRoundedPinDrop,
  titleKey: 'titles.visits.title',
  routes: [],
  actions: [
    {
      id: 'check-in',
      icon: symRoundedPinDrop,
      titleKey: 'titles.visits.checkIn',
      to: '/check-in',
      permission: 'visits.check_in',
    },
    {
      id: 'plan',
      icon: symRoundedCalendarAddOn,
      titleKey: 'titles.visits.plan',
      to: '/plan',
      permission: 'visits.plan',
    },
  ],
} satisfies ScreenModule
