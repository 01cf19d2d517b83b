"""The feed as a pull reads it: one snapshot of the database, for one person and device."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Self

from cairn.kernel.database import Database
from cairn.kernel.held import Buckets, HeldCache, held_at
from cairn.kernel.snapshots import Snapshot
from cairn.kernel.standings import STANDING, Asked, Standing
from cairnsync.errors import DeviceRevoked, DeviceUnknown
from cairnsync.pull import SHORT_LAG, Chunk, News

LARGEST_NEWS = 4_000
SCANNED_BUCKETS = 100
"""So many at a time: PostgreSQL sorts all rows of those that it is asked for, however few are wanted."""
_NEWS = """
SELECT h.epoch, h.seq, h.access_seq, h.horizon_seq, d.last_seq,
COALESCE(d.revoked_at, d.wipe_asked_at), d.wipe_asked_at, f.bucket_number, f.envelope,
(SELECT documents FROM bucket WHERE organization_id = f.organization_id AND number = f.bucket_number),
(SELECT seq_sum FROM bucket WHERE organization_id = f.organization_id AND number = f.bucket_number)
FROM organization_head h
LEFT JOIN device d ON d.organization_id = h.organization_id AND d.id = ?1 AND d.user_id = ?2
LEFT JOIN (
  SELECT organization_id, seq, bucket_number, envelope FROM feed
  WHERE organization_id = ?3 AND seq > ?4 AND seq <= ?5 ORDER BY seq, bucket_number LIMIT 4000
) f ON f.organization_id = h.organization_id
WHERE h.organization_id = ?3 ORDER BY f.seq, f.bucket_number
"""

_SCAN = """
SELECT bucket_number, seq, envelope FROM feed
WHERE organization_id = ?1 AND bucket_number IN_LIST(?2) AND seq > ?3 AND (bucket_number > ?4 OR seq > ?5)
ORDER BY bucket_number, seq LIMIT ?6
"""
_SCAN_DOCUMENTS = _SCAN.replace("ORDER BY", "AND NOT removed ORDER BY")


class DatabaseFeed:
    """The port that `cairnsync.pull` works through; a connection is taken when the head alone does not do."""

    def __init__(self, database: Database, cache: HeldCache, asked: Asked) -> None:
        self._database = database
        self._cache = cache
        self._asked = asked
        _, user_id, self.organization_id = asked
        self._person = (self.organization_id, user_id)
        self.organization = str(self.organization_id)
        self._resources = AsyncExitStack()
        self._opened: Snapshot | None = None

    async def __aenter__(self) -> Self:
        """Raises DeviceUnknown, DeviceRevoked."""
        self._stand(await self._database.standings.read(*self._asked))
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._resources.aclose()

    def _stand(self, standing: Standing) -> None:
        self.epoch, self.seq, self.access_seq, self.horizon_seq, last_seq, shut_out_at, wipe_asked_at = standing
        if last_seq is None:
            raise DeviceUnknown()
        if shut_out_at is not None:
            raise DeviceRevoked(wipe=True) if wipe_asked_at is not None else DeviceRevoked()
        self.last_seq: int = last_seq

    async def _snapshot(self) -> Snapshot:
        if self._opened is None:
            opened: Snapshot = await self._resources.enter_async_context(self._database.snapshots.open())
            self._opened = opened
        return self._opened

    async def hold(self) -> None:
        """The head is read first, so that every later row is as new as it says."""
        snapshot = await self._snapshot()
        await snapshot.hold()
        self._stand(Standing(*(await snapshot.fetch(STANDING, *self._asked))[0]))

    def known(self) -> Buckets | None:
        return self._cache.find(self._person, self.epoch, self.access_seq)

    async def held(self, at_seq: int | None) -> Buckets:
        if at_seq is not None and at_seq < self.access_seq:
            return await held_at(await self._snapshot(), self._person, at_seq)
        return self.known() or await self._cache.read(await self._snapshot(), self._person, self.epoch, self.access_seq)

    async def news(self, since: int, buckets: Buckets) -> News:
        rows = await (await self._snapshot()).fetch(_NEWS, *self._asked, since, since + SHORT_LAG)
        self._stand(Standing(*rows[0][:7]))
        mine = [row for row in rows if row[7] in buckets]
        checks = {row[7]: (buckets[row[7]], row[9], row[10]) for row in mine}
        is_whole = len(rows) < LARGEST_NEWS
        return News([bytes(row[8]) for row in mine], [checks[number] for number in sorted(checks)], is_whole)

    async def scan(
        self, buckets: Sequence[int], since: int, after: tuple[int, int], limit: int, *, removals: bool
    ) -> Chunk:
        wanted = [number for number in buckets if number >= after[0]]
        sql = _SCAN if removals else _SCAN_DOCUMENTS
        found: list[Any] = []
        for begin in range(0, len(wanted), SCANNED_BUCKETS):
            some, room = wanted[begin : begin + SCANNED_BUCKETS], limit - len(found)
            found += await (await self._snapshot()).fetch(sql, self.organization_id, some, since, *after, room)
            if len(found) >= limit:
                break
        return Chunk([bytes(row[2]) for row in found], [(row[0], row[1]) for row in found], is_last=len(found) < limit)

    async def checks(self, buckets: Sequence[int], since: int) -> list[tuple[str, int, int]]:
        if not buckets:
            return []
        sql = (
            "SELECT name, documents, seq_sum FROM bucket WHERE organization_id = ?1 "
            "AND number IN_LIST(?2) AND head_seq > ?3 ORDER BY number"
        )
        rows = await (await self._snapshot()).fetch(sql, self.organization_id, list(buckets), since)
        return [(name, documents, seq_sum) for name, documents, seq_sum in rows]
