/** A device as it last reported; what it has not said yet is null. Bytes, and milliseconds of skew. */
export interface ManagedDevice {
  id: string
  person: { id: string; name: string }
  name: string
  platform: string
  app: string
  last_seen_at: string
  reported_at: string | null
  unsent: number | null
  oldest_unsent_at: string | null
  uploads: number | null
  persisted: boolean | null
  quota_bytes: number | null
  used_bytes: number | null
  skew_ms: number | null
  revoked_at: string | null
  wipe_asked_at: string | null
  wiped_at: string | null
  lost: number | null
}

export const SHOWN = ['active', 'unsent', 'silent', 'skewed', 'evictable', 'wiping', 'ended'] as const
export type Shown = (typeof SHOWN)[number]

export interface ManagedDevices {
  items: ManagedDevice[]
  next: string | null
  counts: Record<Shown, number>
}
