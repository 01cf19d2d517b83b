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

  let watch = null
  function watchFrames(scrollerSelector, row) {
    const scroller = document.querySelector(scrollerSelector)
    const box = scroller.getBoundingClientRect()
    const points = [0.05, 0.5, 0.95].map((share) => [box.left + box.width / 2, box.top + box.height * share])
    watch = { times: [], blank: 0, running: true }
    let top = scroller.scrollTop
    const each = (now) => {
      if (!watch.running) return
      // Frames count while the list moves.
      if (scroller.scrollTop !== top) {
        top = scroller.scrollTop
        watch.times.push(now)
        if (points.some(([x, y]) => !document.elementFromPoint(x, y)?.closest(row))) watch.blank += 1
      }
      requestAnimationFrame(each)
    }
    requestAnimationFrame(each)
  }

  function frames() {
    watch.running = false
    const { times, blank } = watch
    const gaps = times.slice(1).map((time, index) => time - times[index])
    const ms = times.at(-1) - times[0]
    return { frames: gaps.length, ms, perSecond: (gaps.length / ms) * 1000, longest: Math.max(...gaps), blank }
  }

  return { shown, interactive, applied, watchFrames, frames }
})()
