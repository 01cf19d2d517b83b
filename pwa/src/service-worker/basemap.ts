import { createPartialResponse } from 'workbox-range-requests'

const CACHE = 'cairn-basemap-1'
const WHOLE = '/basemap.pmtiles'

let fetching: Promise<Response> | null = null

async function whole(): Promise<Response> {
  const cache = await caches.open(CACHE)
  const kept = await cache.match(WHOLE)
  if (kept) return kept
  // A map asks for many ranges at once: they must share one download.
  fetching ??= fetch(WHOLE)
    .then(async (response) => {
      if (response.status === 200) await cache.put(WHOLE, response.clone())
      return response
    })
    .finally(() => {
      fetching = null
    })
  return (await fetching).clone()
}

/** Serves the bundled map out of one cached file, whatever range is asked for, so that it draws without a network. */
export async function serveBasemap({ request }: { request: Request }): Promise<Response> {
  const response = await whole()
  if (response.status !== 200 || !request.headers.has('range')) return response
  return createPartialResponse(request, response)
}
