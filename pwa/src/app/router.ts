import { createRouter, createWebHistory } from 'vue-router'
import { loadWords } from '@/app/i18n'
import { lockedPage } from '@/app/lock'
import { pathOf, routes, tabsFor } from '@/app/modules'
import { session } from '@/app/session'

export function homePath(): string {
  const first = tabsFor(session.session?.user.roles ?? [])[0]
  return first ? pathOf(first) : '/me'
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: () => homePath() },
    ...routes,
    { path: '/:rest(.*)*', name: 'nowhere', component: () => import('@/app/NowherePage.vue') },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach((to) => {
  const isPublic = to.matched.some((record) => record.meta.public)
  if (!session.session && !isPublic) {
    // Where "/" leads depends on who signs in, so it is asked again then.
    return { path: '/sign-in', query: { next: to.redirectedFrom?.fullPath ?? to.fullPath } }
  }
  const locked = lockedPage(session.session?.user.id)
  if (locked && to.path !== locked) return locked
  if (session.session && to.path === '/sign-in') return homePath()
  return true
})

// The words come side by side with the page's own script, not after it.
router.beforeEach((to) => {
  loadWords(to.meta.words).catch(() => undefined)
})
router.beforeResolve((to) => loadWords(to.meta.words))

/** After an update the old pages' files are gone from the server: load the new index instead of failing silently. */
router.onError((error, to) => {
  if (/dynamically imported module|module script failed/i.test(String(error)) && navigator.onLine) {
    location.assign(to.fullPath)
  }
})
