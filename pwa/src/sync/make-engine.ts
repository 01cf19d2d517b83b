import {
  browserStorage,
  createTransport,
  defaultLock,
  Engine,
  IndexedDbStore,
  systemClock,
  systemRandom,
} from 'cairn-sync'
import { deviceName, platformOf } from '@/sync/device-name'
import { handlers, versions } from '@/sync/handlers'
import { indexes } from '@/sync/indexes'
import { photosMayTravel } from '@/sync/metered'

/** The version of the documents that this build reads. */
const SCHEMA = 1

/** One database per person, so that two people at one browser never see each other's work. */
export function makeEngine(userId: string): Engine {
  return new Engine({
    store: new IndexedDbStore(userId, indexes),
    transport: createTransport(),
    handlers,
    versions,
    clock: systemClock,
    random: systemRandom,
    lock: defaultLock(),
    storage: browserStorage,
    mayTravel: photosMayTravel,
    app: `cairn-pwa ${import.meta.env.VITE_APP_VERSION ?? '0.1.0'}`,
    schema: SCHEMA,
    platform: platformOf(navigator.userAgent),
    deviceName: deviceName(navigator.userAgent),
  })
}
