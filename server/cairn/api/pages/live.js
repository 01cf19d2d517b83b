// While somebody looks at the page, it asks every half minute whether anything has happened.
const live = document.getElementById('live')
let isAsking = false
async function look() {
  if (document.hidden || isAsking) return
  isAsking = true
  try {
    const answer = await fetch(location.href, { redirect: 'error' })
    if (answer.status === 404) return location.reload()
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const fresh = page.getElementById('live')
    if (!fresh || fresh.dataset.version === live.dataset.version) return
    live.dataset.version = fresh.dataset.version
    live.replaceChildren(...fresh.childNodes)
    if (!document.querySelector('form') && page.querySelector('form')) location.reload()
  } catch {
    // No network just now: the next look tells.
  } finally {
    isAsking = false
  }
}
setInterval(look, 30_000)
document.addEventListener('visibilitychange', look)
