"""Does a phone hold what the server says it should? A count and a sum per bucket tell."""

from collections.abc import Iterable

# Sums stay exact in a phone's double-precision numbers.
SUM_MODULUS = 2**53

Check = tuple[str, int, int]


def checks_of(rows: Iterable[tuple[str, str, str, int]]) -> list[Check]:
    """Count and sum of seqs of every bucket, sorted by bucket, from (bucket, kind, id, seq)."""
    totals: dict[str, tuple[int, int]] = {}
    for bucket, _kind, _id, seq in rows:
        count, total = totals.get(bucket, (0, 0))
        totals[bucket] = (count + 1, (total + seq) % SUM_MODULUS)
    return [(bucket, count, total) for bucket, (count, total) in sorted(totals.items())]


def mismatches(held: Iterable[Check], checks: Iterable[Check]) -> list[str]:
    """The buckets to ask for again, in the order of `checks`; a bucket without a check is not judged."""
    known = {bucket: (count, total) for bucket, count, total in held}
    return [bucket for bucket, count, total in checks if known.get(bucket, (0, 0)) != (count, total)]
