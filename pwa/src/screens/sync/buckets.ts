export interface BucketRow {
  bucket: string
  count: number
  checkedAt: string | null
}

export type BucketGroup = 'org' | 'user' | 'directory' | 'account' | 'work' | 'service' | 'orders' | 'returns' | 'other'

export interface BucketSummary {
  group: BucketGroup
  buckets: BucketRow[]
  count: number
  /** The check that lies furthest back; null while one has never been checked. */
  checkedAt: string | null
}

const GROUPS: BucketGroup[] = ['org', 'user', 'directory', 'account', 'work', 'service', 'orders', 'returns', 'other']

/** A hundred customers are one line; who wants to know opens it. */
export function summariseBuckets(rows: BucketRow[]): BucketSummary[] {
  return GROUPS.flatMap((group) => {
    const buckets = rows.filter((row) => groupOf(row.bucket) === group)
    if (buckets.length === 0) return []
    const checks = buckets.map((row) => row.checkedAt)
    return [
      {
        group,
        buckets,
        count: buckets.reduce((sum, row) => sum + row.count, 0),
        checkedAt: checks.includes(null) ? null : (checks as string[]).sort()[0]!,
      },
    ]
  })
}

function groupOf(bucket: string): BucketGroup {
  const [name] = bucket.split(':') as [BucketGroup]
  return GROUPS.includes(name) ? name : 'other'
}
