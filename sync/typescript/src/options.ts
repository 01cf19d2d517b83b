/** What an engine is made of: everything that differs between a browser, a test and another app. */

import type { Channel } from './channel'
import type { Clock, Random } from './clock'
import type { LeaderLock } from './leader'
import type { Surroundings } from './live'
import type { LocalHandler } from './overlay'
import type { StorageProbe } from './storage'
import type { Store } from './stores/store'
import type { Transport } from './transport'
import type { MayTravel } from './uploads'

export interface EngineOptions {
  store: Store
  transport: Transport
  /** The local effect of every mutation, by name. */
  handlers: Record<string, LocalHandler>
  /** The version each mutation is recorded in, by name; a name that is missing here cannot be recorded. */
  versions: Record<string, number>
  clock: Clock
  random: Random
  lock: LeaderLock
  app: string
  /** The version of the documents this app reads. */
  schema: number
  platform: string
  deviceName: string
  /** How much room the browser gives; left out, nobody knows. */
  storage?: StorageProbe
  /** Whether files may travel over the line of now; left out, they may. */
  mayTravel?: MayTravel
  /** How tabs talk; left out, the browser's BroadcastChannel. */
  channel?: Channel
  /** What wakes the engine besides its own timers; left out, the page's `online`, `focus` and visibility. */
  surroundings?: Surroundings
}
