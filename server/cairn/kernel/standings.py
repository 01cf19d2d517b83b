"""Where an organization and one of its devices stand, and the little that is new to it: all that most pulls ask.

On PostgreSQL those who ask while a statement is under way share the next one: it begins after they asked, so it is as
new as one of their own. On SQLite, whose statements cost less than a turn of the event loop, everybody asks alone.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from cairn.kernel.snapshots import Snapshots
from cairnsync.pull import SHORT_LAG

LARGEST_GROUP = 32
LARGEST_NEWS = 4_000
"""Rows for each who asks; whoever gets so many may have missed some."""
_STANDING = """h.epoch, h.seq, h.access_seq, h.horizon_seq, d.last_seq,
COALESCE(d.revoked_at, d.wipe_asked_at), d.wipe_asked_at"""
STANDING = f"""
SELECT {_STANDING}
FROM organization_head h LEFT JOIN device d
ON d.organization_id = h.organization_id AND d.id = ?1 AND d.user_id = ?2 WHERE h.organization_id = ?3
"""  # noqa: S608 — columns of our own
NEWS = f"""
SELECT f.bucket_number, f.envelope, b.documents, b.seq_sum FROM feed f
LEFT JOIN bucket b ON b.organization_id = f.organization_id AND b.number = f.bucket_number
WHERE f.organization_id = ?1 AND f.seq > ?2 AND f.seq <= ?2 + {SHORT_LAG}
ORDER BY f.seq, f.bucket_number LIMIT {LARGEST_NEWS}
"""  # noqa: S608 — numbers of our own
_OF_ONE = f"""
SELECT {_STANDING}, f.bucket_number, f.envelope, b.documents, b.seq_sum
FROM organization_head h
LEFT JOIN device d ON d.organization_id = h.organization_id AND d.id = ?1 AND d.user_id = ?2
LEFT JOIN feed f ON f.organization_id = h.organization_id AND f.seq > ?4 AND f.seq <= ?4 + {SHORT_LAG}
AND h.seq <= ?4 + {SHORT_LAG}
LEFT JOIN bucket b ON b.organization_id = f.organization_id AND b.number = f.bucket_number
WHERE h.organization_id = ?3 ORDER BY f.seq, f.bucket_number LIMIT {LARGEST_NEWS}
"""  # noqa: S608 — numbers of our own
_OF_MANY = f"""
SELECT asked.place, {_STANDING}, f.bucket_number, f.envelope, b.documents, b.seq_sum
FROM unnest(?1::uuid[], ?2::uuid[], ?3::uuid[], ?4::bigint[])
WITH ORDINALITY AS asked (device_id, user_id, organization_id, since, place)
LEFT JOIN organization_head h ON h.organization_id = asked.organization_id
LEFT JOIN device d ON d.organization_id = asked.organization_id AND d.id = asked.device_id AND d.user_id = asked.user_id
LEFT JOIN LATERAL (
  SELECT seq, bucket_number, envelope FROM feed
  WHERE organization_id = asked.organization_id AND seq > asked.since AND seq <= asked.since + {SHORT_LAG}
  AND h.seq <= asked.since + {SHORT_LAG} ORDER BY seq, bucket_number LIMIT {LARGEST_NEWS}
) f ON true
LEFT JOIN LATERAL (
  SELECT documents, seq_sum FROM bucket
  WHERE organization_id = asked.organization_id AND number = f.bucket_number LIMIT 1
) b ON true
ORDER BY asked.place, f.seq, f.bucket_number
"""  # noqa: S608 — numbers of our own
NOTHING_WANTED = 2**62
"""A seq that nothing comes after."""
Asked = tuple[UUID, UUID, UUID]
"""Device, user and organization."""
Row = Sequence[Any]
"""Bucket's number, envelope, and the bucket's count and sum."""


class Standing(NamedTuple):
    """An organization's head, and what is known of a device; `last_seq` is None where it is not known."""

    epoch: str
    seq: int
    access_seq: int
    horizon_seq: int
    last_seq: int | None
    shut_out_at: Any
    wipe_asked_at: Any


Answer = tuple[Standing, list[Row]]
"""The standing, and the rows of the feed that are new since a seq near it; none if it is not near."""


class Standings:
    """Reads standings; whatever is read was true after it was asked for."""

    def __init__(self, snapshots: Snapshots, *, shared: bool) -> None:
        self._snapshots = snapshots
        self._shared = shared
        self._waiting: list[tuple[Asked, int, asyncio.Future[Answer]]] = []
        self._task: asyncio.Task[None] | None = None

    async def read(self, asked: Asked, since: int = NOTHING_WANTED) -> Answer:
        if not self._shared:
            return await self._read_alone(asked, since)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, since, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work_off())
        return await future

    async def _read_alone(self, asked: Asked, since: int) -> Answer:
        async with self._snapshots.open() as snapshot:
            rows = await snapshot.fetch(_OF_ONE, *asked, since)
        return Standing(*rows[0][:7]), [row[7:] for row in rows if row[7] is not None]

    async def _work_off(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
            try:
                answers = await self._read_together(group)
            except Exception as error:
                for *_, future in group:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (*_, future), answer in zip(group, answers, strict=True):
                if not future.done():
                    future.set_result(answer)

    async def _read_together(self, group: list[tuple[Asked, int, asyncio.Future[Answer]]]) -> list[Answer]:
        devices, users, organizations = (list(each) for each in zip(*(asked for asked, *_ in group), strict=True))
        async with self._snapshots.open() as snapshot:
            found = await snapshot.fetch(_OF_MANY, devices, users, organizations, [since for _, since, _ in group])
        by_place: dict[int, list[Row]] = defaultdict(list)
        for row in found:
            by_place[row[0]].append(row)
        return [
            (Standing(*rows[0][1:8]), [row[8:] for row in rows if row[8] is not None])
            for _, rows in sorted(by_place.items())
        ]
