/** Calendar arithmetic in the organization's zone, which is seldom the one the device is set to. */

const partsFormatters = new Map<string, Intl.DateTimeFormat>()

function partsFormatter(zone: string): Intl.DateTimeFormat {
  let formatter = partsFormatters.get(zone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    partsFormatters.set(zone, formatter)
  }
  return formatter
}

/** `YYYY-MM-DDTHH:mm` on the wall clock of the zone, as a datetime-local field wants it. */
export function toWallClock(iso: string, zone: string): string {
  const parts = Object.fromEntries(
    partsFormatter(zone)
      .formatToParts(new Date(iso))
      .map(({ type, value }) => [type, value]),
  )
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`
}

/** The moment at which the zone's wall clock shows this; the earlier one where clocks go back. */
export function fromWallClock(wallClock: string, zone: string): string {
  const wanted = Date.parse(`${wallClock}Z`)
  let guess = wanted
  // Two rounds settle every zone: the first may land on the other side of a change of clocks.
  for (let round = 0; round < 2; round += 1) {
    const shown = Date.parse(`${toWallClock(new Date(guess).toISOString(), zone)}Z`)
    guess += wanted - shown
  }
  return new Date(guess).toISOString()
}

/** `YYYY-MM-DD` of that moment in the zone. */
export function dayOf(iso: string, zone: string): string {
  return toWallClock(iso, zone).slice(0, 10)
}

export function addDays(day: string, count: number): string {
  const moment = new Date(`${day}T12:00:00Z`)
  moment.setUTCDate(moment.getUTCDate() + count)
  return moment.toISOString().slice(0, 10)
}
