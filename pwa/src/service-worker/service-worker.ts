/// <reference lib="webworker" />
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { REFRESH_TAG, SYNC_TAG } from '../sync/worker-names'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { serveBasemap } from './basemap'
import { flushOutbox, refresh } from './flush'

declare const self: ServiceWorkerGlobalScope

/** Paths that belong to the server: opening them must never be answered with the app. */
const SERVED_PATHS = [
  /^\/api\//,
  /^\/sync\/(hello|push|pull|live|catalogue|files)/,
  /^\/s\//,
  /^\/schema/,
  /^\/(healthz|readyz)$/,
]

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: SERVED_PATHS }))
registerRoute(({ url }) => url.pathname === '/basemap.pmtiles', serveBasemap)

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('message', (event) => {
  if (event.data?.type === 'SKIP_WAITING') void self.skipWaiting()
})

interface SyncEvent extends ExtendableEvent {
  readonly tag: string
}

/** What the browser wakes this worker for while the app may be closed. */
function onTag(type: 'sync' | 'periodicsync', tag: string, work: () => Promise<void>): void {
  self.addEventListener(type as 'sync', (event: Event) => {
    const sync = event as SyncEvent
    if (sync.tag === tag) sync.waitUntil(work())
  })
}

onTag('sync', SYNC_TAG, flushOutbox)
onTag('periodicsync', REFRESH_TAG, refresh)
