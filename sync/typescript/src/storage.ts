/** The room that the browser gives: how much is left, and what is refused before it is gone. */

/** Bytes, and whether the browser has promised to keep them. */
export interface StorageState {
  used: number
  quota: number
  persisted: boolean
}

/** Asks the browser; null where it does not say. */
export type StorageProbe = () => Promise<StorageState | null>

/** Kept free of photos, so that there is always room to record: some 50,000 mutations. */
const RESERVE_BYTES = 50_000_000
const RESERVE_SHARE = 0.1

export function reserveBytes(quota: number): number {
  return Math.min(RESERVE_BYTES, quota * RESERVE_SHARE)
}

/** Bytes that photos may still take; endless where the browser does not say. */
export function roomForPhotos(state: StorageState | null): number {
  return state ? Math.max(0, state.quota - state.used - reserveBytes(state.quota)) : Infinity
}

/** Nearly full: photos will soon be refused, or already are. */
export function isLow(state: StorageState | null): boolean {
  return state !== null && roomForPhotos(state) < reserveBytes(state.quota)
}

export const browserStorage: StorageProbe = async () => {
  const storage = (globalThis.navigator as Navigator | undefined)?.storage
  if (!storage?.estimate) return null
  try {
    const { usage = 0, quota = 0 } = await storage.estimate()
    const persisted = (await storage.persisted?.()) ?? false
    return quota > 0 ? { used: usage, quota, persisted } : null
  } catch {
    return null
  }
}

/**
 * Whether a database failed because there is no room; it wraps its reasons. Chromium ends a transaction over a blob that
 * does not fit on the disk with a DataError.
 */
export function isQuotaExceeded(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 4) return false
  const { name, inner, failures } = error as { name?: unknown; inner?: unknown; failures?: unknown[] }
  if (name === 'QuotaExceededError') return true
  if (name === 'AbortError' && (inner as { name?: unknown } | undefined)?.name === 'DataError') return true
  return isQuotaExceeded(inner, depth + 1) || isQuotaExceeded(failures?.[0], depth + 1)
}
