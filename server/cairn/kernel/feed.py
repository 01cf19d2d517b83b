"""The feed as a pull reads it: one snapshot of the database, for one person and device."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from cairn.kernel.database import Database
from cairn.kernel.snapshots import Snapshot
from cairnsync.errors import DeviceRevoked, DeviceUnknown
from cairnsync.pull import Chunk

LARGEST_CACHE = 10_000
_HEAD = """
SELECT h.epoch, h.seq, h.access_seq, h.horizon_seq, d.last_seq, COALESCE(d.revoked_at, d.wipe_asked_at), d.wipe_asked_at
FROM organization_head h LEFT JOIN device d
ON d.organization_id = h.organization_id AND d.id = ?1 AND d.user_id = ?2 WHERE h.organization_id = ?3
"""

_STANDING = "SELECT epoch, seq, access_seq FROM organization_head WHERE organization_id = ?1"

_HELD = """
SELECT DISTINCT b.number, b.name FROM membership m
JOIN bucket_grant g ON g.organization_id = m.organization_id AND g.principal = m.principal
JOIN bucket b ON b.organization_id = g.organization_id AND b.number = g.bucket_number
WHERE m.organization_id = ?1 AND m.user_id = ?2
"""
_HELD_NOW = _HELD + "AND m.until_seq IS NULL AND g.until_seq IS NULL"
_HELD_AT = (
    _HELD + "AND m.since_seq <= ?3 AND (m.until_seq IS NULL OR m.until_seq > ?3) "
    "AND g.since_seq <= ?3 AND (g.until_seq IS NULL OR g.until_seq > ?3)"
)

_SCAN = """
SELECT bucket_number, seq, envelope FROM feed
WHERE organization_id = ?1 AND bucket_number IN_LIST(?2) AND seq > ?3 AND (bucket_number > ?4 OR seq > ?5)
ORDER BY bucket_number, seq LIMIT ?6
"""
_SCAN_DOCUMENTS = _SCAN.replace("ORDER BY", "AND NOT removed ORDER BY")


class HeldCache:
    """Who holds which buckets, valid until grants or memberships of the organization change."""

    def __init__(self) -> None:
        self._held: dict[tuple[UUID, UUID], tuple[str, int, dict[int, str]]] = {}

    def find(self, person: tuple[UUID, UUID], epoch: str, access_seq: int) -> dict[int, str] | None:
        found = self._held.get(person)
        return found[2] if found and found[:2] == (epoch, access_seq) else None

    def store(self, person: tuple[UUID, UUID], epoch: str, access_seq: int, held: dict[int, str]) -> None:
        if len(self._held) >= LARGEST_CACHE:
            self._held.pop(next(iter(self._held)))
        self._held[person] = (epoch, access_seq, held)


class DatabaseFeed:
    """The port that `cairnsync.pull` works through."""

    def __init__(self, snapshot: Snapshot, cache: HeldCache, organization_id: UUID, user_id: UUID) -> None:
        self._snapshot = snapshot
        self._cache = cache
        self._person = (organization_id, user_id)
        self.organization_id = organization_id
        self.organization = str(organization_id)

    async def open(self, device_id: UUID) -> None:
        """Read the head first, so that every later row is as new as the head says; raises DeviceUnknown, …"""
        self._device_id = device_id
        rows = await self._snapshot.fetch(_HEAD, device_id, self._person[1], self.organization_id)
        self.epoch, self.seq, self.access_seq, self.horizon_seq, last_seq, revoked_at, wipe_asked_at = rows[0]
        if last_seq is None:
            raise DeviceUnknown()
        if revoked_at is not None:
            raise DeviceRevoked(wipe=True) if wipe_asked_at is not None else DeviceRevoked()
        self.last_seq: int = last_seq

    async def hold(self) -> None:
        await self._snapshot.hold()
        await self.open(self._device_id)

    async def held(self, at_seq: int | None) -> dict[int, str]:
        if at_seq is not None and at_seq < self.access_seq:
            return dict(await self._snapshot.fetch(_HELD_AT, *self._person, at_seq))
        held = self._cache.find(self._person, self.epoch, self.access_seq)
        if held is None:
            held = dict(await self._snapshot.fetch(_HELD_NOW, *self._person))
            self._cache.store(self._person, self.epoch, self.access_seq, held)
        return held

    async def recent(self, since: int, buckets: dict[int, str], limit: int) -> list[tuple[int, bytes]]:
        sql = (
            "SELECT bucket_number, envelope FROM feed WHERE organization_id = ?1 AND seq > ?2 "
            "ORDER BY seq, bucket_number"
        )
        rows = await self._snapshot.fetch(sql, self.organization_id, since)
        return [(number, bytes(envelope)) for number, envelope in rows if number in buckets][:limit]

    async def scan(
        self, buckets: Sequence[int], since: int, after: tuple[int, int], limit: int, *, removals: bool
    ) -> Chunk:
        wanted = [number for number in buckets if number >= after[0]]
        if not wanted:
            return Chunk([], [], is_last=True)
        sql = _SCAN if removals else _SCAN_DOCUMENTS
        rows = await self._snapshot.fetch(sql, self.organization_id, wanted, since, after[0], after[1], limit)
        places = [(row[0], row[1]) for row in rows]
        return Chunk([bytes(row[2]) for row in rows], places, is_last=len(rows) < limit)

    async def checks(self, buckets: Sequence[int], since: int) -> list[tuple[str, int, int]]:
        if not buckets:
            return []
        sql = (
            "SELECT name, documents, seq_sum FROM bucket WHERE organization_id = ?1 "
            "AND number IN_LIST(?2) AND head_seq > ?3 ORDER BY number"
        )
        rows = await self._snapshot.fetch(sql, self.organization_id, list(buckets), since)
        return [(name, documents, seq_sum) for name, documents, seq_sum in rows]


@asynccontextmanager
async def open_feed(
    database: Database, cache: HeldCache, organization_id: UUID, user_id: UUID, device_id: UUID
) -> AsyncIterator[DatabaseFeed]:
    """The feed for one pull; raises DeviceUnknown, DeviceRevoked."""
    async with database.snapshots.open() as snapshot:
        feed = DatabaseFeed(snapshot, cache, organization_id, user_id)
        await feed.open(device_id)
        yield feed


async def held_now(database: Database, cache: HeldCache, organization_id: UUID, user_id: UUID) -> dict[int, str]:
    """Number → name of the buckets that a person may read now."""
    async with database.snapshots.open() as snapshot:
        await snapshot.hold()
        feed = DatabaseFeed(snapshot, cache, organization_id, user_id)
        feed.epoch, feed.seq, feed.access_seq = (await snapshot.fetch(_STANDING, organization_id))[0]
        return await feed.held(None)


async def news_since(
    database: Database, cache: HeldCache, organization_id: UUID, user_id: UUID, since: int
) -> tuple[int, bool]:
    """The organization's head, and whether anything that this person may read changed after a seq."""
    async with database.snapshots.open() as snapshot:
        await snapshot.hold()
        feed = DatabaseFeed(snapshot, cache, organization_id, user_id)
        feed.epoch, feed.seq, feed.access_seq = (await snapshot.fetch(_STANDING, organization_id))[0]
        if feed.seq <= since:
            return feed.seq, False
        held = await feed.held(None)
        if feed.access_seq > since and held != await feed.held(since):
            return feed.seq, True
        return feed.seq, bool(await feed.recent(since, held, 1))
