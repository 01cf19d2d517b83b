import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Position } from '@/generated/documents'

export type FixTrouble = 'denied' | 'unavailable' | 'timeout' | 'unsupported'

/** Good enough to stop listening: better fixes cost battery and seldom change the verdict. */
const GOOD_ACCURACY_M = 15
const GIVE_UP_AFTER_MS = 20_000
/** People walk on while they type a note: an older fix gives way to a newer one, even a rougher one. */
const OLD_AFTER_MS = 45_000

export function toPosition(fix: GeolocationPosition): Position {
  const { latitude, longitude, accuracy, altitude, speed } = fix.coords
  return {
    lat: latitude,
    lon: longitude,
    accuracy_m: Math.round(accuracy * 10) / 10,
    fixed_at: new Date(fix.timestamp).toISOString(),
    altitude_m: altitude ?? null,
    speed_mps: speed ?? null,
  }
}

function isOld(position: Position): boolean {
  return Date.now() - Date.parse(position.fixed_at) > OLD_AFTER_MS
}

function troubleOf(error: GeolocationPositionError): FixTrouble {
  if (error.code === error.PERMISSION_DENIED) return 'denied'
  return error.code === error.TIMEOUT ? 'timeout' : 'unavailable'
}

/** The last position this page saw; never stored and never sent by itself. */
export const lastSeen = shallowRef<Position | null>(null)

/** Listens until the fix is good or nothing better comes; the best so far is always at hand. */
export function useFix() {
  const best = shallowRef<Position | null>(null)
  const trouble = ref<FixTrouble | null>(null)
  const listening = ref(false)
  let watchId: number | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function stop(): void {
    if (watchId !== null) navigator.geolocation.clearWatch(watchId)
    watchId = null
    clearTimeout(timer)
    listening.value = false
  }

  function take(fix: GeolocationPosition): void {
    const position = toPosition(fix)
    lastSeen.value = position
    trouble.value = null
    if (!best.value || isOld(best.value) || position.accuracy_m <= best.value.accuracy_m) best.value = position
    if (position.accuracy_m <= GOOD_ACCURACY_M) stop()
  }

  function listen(precise = true): void {
    stop()
    best.value = null
    start(precise)
  }

  function start(precise: boolean): void {
    trouble.value = null
    if (!('geolocation' in navigator)) {
      trouble.value = 'unsupported'
      return
    }
    listening.value = true
    watchId = navigator.geolocation.watchPosition(
      take,
      (error) => {
        if (!best.value) trouble.value = troubleOf(error)
        if (error.code === error.PERMISSION_DENIED) stop()
      },
      // A remembered fix would show where the phone was, not where it is.
      { enableHighAccuracy: precise, maximumAge: 0, timeout: GIVE_UP_AFTER_MS },
    )
    timer = setTimeout(() => {
      stop()
      if (!best.value) trouble.value ??= 'timeout'
    }, GIVE_UP_AFTER_MS)
  }

  /** Listens again, before the fix at hand grows stale, for as long as the page is open. */
  function keepFresh(): void {
    const ticking = setInterval(() => {
      if (best.value && isOld(best.value) && !listening.value && !document.hidden) start(true)
    }, 5_000)
    onScopeDispose(() => clearInterval(ticking))
  }

  onScopeDispose(stop)
  return { best, trouble, listening, listen, keepFresh, stop }
}

/** Where the phone is, for sorting what is on the screen; it asks nobody and stays on this device. */
export async function quietPosition(): Promise<Position | null> {
  if (!('geolocation' in navigator)) return null
  const permission = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => null)
  if (permission?.state !== 'granted') return null
  return askPosition()
}

/** The same after a tap that says why; the browser may ask the person. */
export function askPosition(): Promise<Position | null> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve(null)
    navigator.geolocation.getCurrentPosition(
      (fix) => {
        lastSeen.value = toPosition(fix)
        resolve(lastSeen.value)
      },
      () => resolve(null),
      { enableHighAccuracy: false, maximumAge: 60_000, timeout: 10_000 },
    )
  })
}

/** What is recorded with or without a position waits no longer than this for one. */
const SOON_MS = 4_000

export function positionSoon(): Promise<Position | null> {
  const giveUp = new Promise<null>((resolve) => setTimeout(() => resolve(null), SOON_MS))
  return Promise.race([askPosition(), giveUp])
}
