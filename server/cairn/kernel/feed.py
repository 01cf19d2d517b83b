"""The feed as a pull reads it: one snapshot of the database, for one person and device."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Self

from cairn.kernel.database import Database
from cairn.kernel.held import Buckets, HeldCache, held_at
from cairn.kernel.snapshots import Snapshot
from cairn.kernel.standings import LARGEST_NEWS, NEWS, NOTHING_WANTED, STANDING, Asked, Row, Standing
from cairnsync.errors import DeviceRevoked, DeviceUnknown
from cairnsync.pull import Chunk, News

SCANNED_BUCKETS = 100
"""So many at a time: PostgreSQL sorts all rows of those that it is asked for, however few are wanted."""
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
        self._fresh: list[Row] = []

    async def __aenter__(self) -> Self:
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

    async def stand(self, since: int | None) -> None:
        """Raises DeviceUnknown, DeviceRevoked."""
        standing, self._fresh = await self._database.standings.read(
            self._asked, NOTHING_WANTED if since is None else since
        )
        self._stand(standing)

    def fresh(self, buckets: Buckets) -> News:
        return _news(self._fresh, buckets)

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
        return _news(await (await self._snapshot()).fetch(NEWS, self.organization_id, since), buckets)

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


def _news(rows: Sequence[Row], buckets: Buckets) -> News:
    mine = [row for row in rows if row[0] in buckets]
    checks = {number: (buckets[number], documents, seq_sum) for number, _, documents, seq_sum in mine}
    ordered = [checks[number] for number in sorted(checks)]
    return News([bytes(row[1]) for row in mine], ordered, is_whole=len(rows) < LARGEST_NEWS)
