// What the measurements of the app watch inside its page.
globalThis.probes = (() => {
  const longTasks = []
  new PerformanceObserver((list) => longTasks.push(...list.getEntries())).observe({ type: 'longtask', buffered: true })

  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  let shownAt = 0

  /** Milliseconds from the navigation until an element is painted. */
  async function shown(selector) {
    while (!document.querySelector(selector)) await frame()
    await frame()
    await new Promise((resolve) => setTimeout(resolve))
    return (shownAt = performance.now())
  }

  /** The end of the last long task before `quietMs` without one, or the moment of `shown` if that is later. */
  async function interactive(quietMs) {
    for (;;) {
      const last = Math.max(shownAt, ...longTasks.map((task) => task.startTime + task.duration))
      const left = quietMs - (performance.now() - last)
      if (left <= 0) return last
      await new Promise((resolve) => setTimeout(resolve, left))
    }
  }

  // The engine asks for the next page when it has stored the one before.
  const pulls = { rows: 0, ms: 0, arrivedAt: 0, endedAt: 0 }
  const send = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    if (!String(input).endsWith('/sync/pull')) return send(input, init)
    if (pulls.arrivedAt) pulls.ms += performance.now() - pulls.arrivedAt
    pulls.arrivedAt = 0
    const answer = await send(input, init)
    const text = await answer.text()
    const { rows, more } = JSON.parse(text)
    pulls.rows += rows.length
    if (rows.length > 0) pulls.arrivedAt = performance.now()
    if (!more) whenSaid(() => endLast())
    return new Response(text, { status: answer.status, headers: { 'content-type': 'application/json' } })
  }

  function endLast() {
    if (pulls.arrivedAt) pulls.ms += performance.now() - pulls.arrivedAt
    pulls.arrivedAt = 0
  }

  /** Calls back once the mark says that everything is in step. */
  function whenSaid(done) {
    const look = () => {
      if (/已全部保存|All saved|需要您处理|needs? you/.test(document.querySelector('.sync-mark')?.textContent ?? '')) done()
      else requestAnimationFrame(look)
    }
    look()
  }

  const applied = () => ({ rows: pulls.rows, ms: pulls.ms })

  /** A pull that takes this many times as long as it should is given up: its frames say enough. */
  const PATIENCE = 3

  /** Pulls a list at a steady speed and looks at every frame. */
  async function scroll({ scroller, row, px, pxPerSecond }) {
    const list = document.querySelector(scroller)
    const box = list.getBoundingClientRect()
    if (list.scrollHeight - list.clientHeight < px) throw new Error(`there are only ${list.scrollHeight} px to scroll`)
    const points = [0.05, 0.5, 0.95].map((share) => [box.left + box.width / 2, box.top + box.height * share])
    const [from, began] = [list.scrollTop, await frame()]
    const times = [began]
    let blank = 0
    const latest = began + (px / pxPerSecond) * 1000 * PATIENCE
    while (list.scrollTop < from + px && times.at(-1) < latest) {
      const now = await frame()
      times.push(now)
      // What was drawn for the step before, in this frame.
      if (points.some(([x, y]) => !document.elementFromPoint(x, y)?.closest(row))) blank += 1
      list.scrollTop = from + ((now - began) / 1000) * pxPerSecond + 1
    }
    const gaps = times.slice(1).map((time, index) => time - times[index])
    const ms = times.at(-1) - began
    return { frames: gaps.length, ms, perSecond: (gaps.length / ms) * 1000, longest: Math.max(...gaps), blank }
  }

  return { shown, interactive, applied, scroll }
})()
