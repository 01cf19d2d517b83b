/** What this phone says of itself with hello and push, for whoever looks after it (PROTOCOL.md, 5.1). */

import type { Clock } from './clock'
import type { DeviceReport, HelloRequest } from './messages'
import type { StorageProbe } from './storage'
import type { Store } from './stores/store'
import type { Transport } from './transport'

export interface ReportOptions {
  store: Store
  transport: Transport
  clock: Clock
  storage?: StorageProbe
}

/** A transport whose messages carry a report; one that cannot be made is left out, and holds nothing up. */
export function reporting(options: ReportOptions): Transport {
  const { transport } = options
  let greeting: HelloRequest | null = null
  let toldWaiting = false

  async function reported<T extends object>(message: T, carried: boolean): Promise<T> {
    const report = await deviceReport(options, carried).catch(() => null)
    if (!report) return message
    toldWaiting = waits(report)
    return { ...message, report }
  }

  return {
    async hello(message, signal) {
      greeting = message
      return transport.hello(await reported(message, false), signal)
    },
    async push(message, signal) {
      return transport.push(await reported(message, true), signal)
    },
    async pull(message, signal) {
      // Files go after the last push; without this, they would be said to wait until the next one.
      const report = greeting && toldWaiting ? await deviceReport(options, true).catch(() => null) : null
      if (greeting && report && !waits(report)) {
        await transport.hello({ ...greeting, report }, signal)
        toldWaiting = false
      }
      return transport.pull(message, signal)
    },
    request: (path, wanted) => transport.request(path, wanted),
  }
}

/** Counts what waits; `carried` leaves out what is being sent at this moment. */
export async function deviceReport({ store, clock, storage }: ReportOptions, carried: boolean): Promise<DeviceReport> {
  const room = (await storage?.()) ?? null
  const { quota = null, used = null, persisted = null } = room ?? {}
  return store.transaction(async (tx) => {
    const sending = carried ? [] : await tx.entriesIn('sending')
    const [first = sending[0]] = await tx.entriesIn('queued', 1)
    const files = (await tx.uploads()).filter(({ state }) => state !== 'refused')
    const since = [first?.at, sending[0]?.at, ...files.map(({ added_at }) => added_at)].flatMap((at) => at ?? [])
    const ages = since.map((at) => Math.max(0, clock.now() - Date.parse(at)) / 1_000)
    return {
      unsent: (await tx.countIn('queued')) + sending.length,
      oldest_age_s: ages.length > 0 ? Math.max(...ages) : null,
      uploads: files.length,
      ...{ persisted, quota, used },
    }
  })
}

function waits({ unsent, uploads }: DeviceReport): boolean {
  return unsent + uploads > 0
}
