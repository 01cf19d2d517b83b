import { createTransport, defaultLock, Engine, IndexedDbStore, systemClock, systemRandom } from 'cairn-sync'
import { handlers, versions } from '@/sync/handlers'
import { indexes } from '@/sync/indexes'

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
    app: `cairn-pwa ${import.meta.env.VITE_APP_VERSION ?? '0.1.0'}`,
    schema: SCHEMA,
    platform: platformOf(navigator.userAgent),
    deviceName: deviceName(navigator.userAgent),
  })
}

export function platformOf(userAgent: string): string {
  if (/Android/.test(userAgent)) return 'android'
  if (/iPhone|iPad/.test(userAgent)) return 'ios'
  return 'web'
}

/** How a person recognizes the device in the list: its kind and browser, nothing that tracks it. */
export function deviceName(userAgent: string): string {
  const browsers: [RegExp, string][] = [
    [/MicroMessenger/, 'WeChat'],
    [/Edg/, 'Edge'],
    [/HuaweiBrowser/, 'Huawei'],
    [/Firefox|FxiOS/, 'Firefox'],
    [/Chrome|CriOS/, 'Chrome'],
    [/Safari/, 'Safari'],
  ]
  const systems: [RegExp, string][] = [
    [/Android/, 'Android'],
    [/iPhone/, 'iPhone'],
    [/iPad/, 'iPad'],
    [/Windows/, 'Windows'],
    [/Mac OS/, 'Mac'],
    [/Linux/, 'Linux'],
  ]
  const nameIn = (known: [RegExp, string][]) => known.find(([pattern]) => pattern.test(userAgent))?.[1]
  return [nameIn(browsers), nameIn(systems)].filter(Boolean).join(' · ') || 'Browser'
}
