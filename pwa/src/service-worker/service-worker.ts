/// <reference lib="webworker" />
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { SYNC_TAG } from '../sync/worker-names'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { serveBasemap } from './basemap'
import { flushOutbox } from './flush'

declare const self: ServiceWorkerGlobalScope

/** Paths that belong to the server: opening them must never be answered with the app. */
const SERVED_PATHS = [
  /^\/api\//,
  /^\/sync\/(hello|push|pull|live|catalogue|files)/,
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

/** The network came back while the app may be closed: an open page drains its own outbox, otherwise the worker does. */
self.addEventListener('sync', (event) => {
  const sync = event as SyncEvent
  if (sync.tag === SYNC_TAG) sync.waitUntil(flush())
})

async function flush(): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window' })
  if (pages.length > 0) {
    for (const page of pages) page.postMessage({ type: 'SYNC_NOW' })
    return
  }
  await flushOutbox()
}
