/** The sanity check at the end of a pull: does a bucket hold the same documents as on the server? */

import type { Check } from './messages'

const MODULUS = 2 ** 53

export interface BucketSum {
  count: number
  sum: number
}

/** `a + b` modulo 2^53 for `0 <= a, b < 2^53`, without ever leaving the exact integers. */
export function addModulo(a: number, b: number): number {
  return a < MODULUS - b ? a + b : a - (MODULUS - b)
}

export function subtractModulo(a: number, b: number): number {
  return a >= b ? a - b : a + (MODULUS - b)
}

export function include(held: BucketSum, seq: number): BucketSum {
  return { count: held.count + 1, sum: addModulo(held.sum, seq) }
}

export function exclude(held: BucketSum, seq: number): BucketSum {
  return { count: held.count - 1, sum: subtractModulo(held.sum, seq) }
}

/** The buckets that do not hold what the server says, in the order of `checks`. */
export function disagreeing(checks: Check[], held: (bucket: string) => BucketSum | undefined): string[] {
  return checks
    .filter(([bucket, count, sum]) => {
      const own = held(bucket) ?? { count: 0, sum: 0 }
      return own.count !== count || own.sum !== sum
    })
    .map(([bucket]) => bucket)
}
