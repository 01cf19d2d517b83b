import { symRoundedLogin } from '@quasar/extras/material-symbols-rounded'
import type { ScreenModule } from '@/app/modules'

export default {
  id: 'sign-in',
  icon: symRoundedLogin,
  titleKey: 'signIn.title',
  routes: [
    {
      path: '/sign-in/:again(again)?',
      component: () => import('./SignInPage.vue'),
      meta: { public: true, titleKey: 'signIn.title' },
    },
    {
      path: '/password-reset',
      component: () => import('./PasswordResetPage.vue'),
      meta: { public: true, titleKey: 'signIn.resetTitle' },
    },
    {
      path: '/reset/:token',
      component: () => import('./PasswordConfirmPage.vue'),
      meta: { public: true, titleKey: 'signIn.newTitle' },
    },
  ],
} satisfies ScreenModule
