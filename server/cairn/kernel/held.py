"""Who holds which buckets, now or at an earlier seq: number → name."""

from collections import OrderedDict
from uuid import UUID

from cairn.kernel.database import Database
from cairn.kernel.snapshots import Snapshot

LARGEST_CACHE = 200_000
"""Buckets of all people together: some 50 MB."""
Person = tuple[UUID, UUID]
"""Organization and user."""
Buckets = dict[int, str]

_HEAD = "SELECT epoch, seq, access_seq FROM organization_head WHERE organization_id = ?1"
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
_CHANGED = "SELECT DISTINCT bucket_number FROM feed WHERE organization_id = ?1 AND seq > ?2"


class HeldCache:
    """What people hold, valid until grants or memberships of the organization change; those long unused go first."""

    def __init__(self) -> None:
        self._held: OrderedDict[Person, tuple[str, int, Buckets]] = OrderedDict()
        self._size = 0

    def find(self, person: Person, epoch: str, access_seq: int) -> Buckets | None:
        found = self._held.get(person)
        if found is None or found[:2] != (epoch, access_seq):
            return None
        self._held.move_to_end(person)
        return found[2]

    async def read(self, snapshot: Snapshot, person: Person, epoch: str, access_seq: int) -> Buckets:
        """What a person holds in a snapshot whose head has this epoch and access_seq."""
        held = self.find(person, epoch, access_seq)
        if held is None:
            held = dict(await snapshot.fetch(_HELD_NOW, *person))
            self._store(person, epoch, access_seq, held)
        return held

    def _store(self, person: Person, epoch: str, access_seq: int, held: Buckets) -> None:
        before = self._held.pop(person, None)
        self._held[person] = (epoch, access_seq, held)
        self._size += len(held) - (len(before[2]) if before else 0)
        while self._size > LARGEST_CACHE and len(self._held) > 1:
            _, (_, _, oldest) = self._held.popitem(last=False)
            self._size -= len(oldest)


async def held_at(snapshot: Snapshot, person: Person, at_seq: int) -> Buckets:
    """What a person held at an earlier seq."""
    return dict(await snapshot.fetch(_HELD_AT, *person, at_seq))


async def held_now(database: Database, cache: HeldCache, organization_id: UUID, user_id: UUID) -> Buckets:
    """What a person may read now."""
    async with database.snapshots.open() as snapshot:
        await snapshot.hold()
        epoch, _, access_seq = (await snapshot.fetch(_HEAD, organization_id))[0]
        return await cache.read(snapshot, (organization_id, user_id), epoch, access_seq)


async def news_since(
    database: Database, cache: HeldCache, organization_id: UUID, user_id: UUID, since: int
) -> tuple[int, bool]:
    """The organization's head, and whether anything that this person may read changed after a seq."""
    person = (organization_id, user_id)
    async with database.snapshots.open() as snapshot:
        await snapshot.hold()
        epoch, seq, access_seq = (await snapshot.fetch(_HEAD, organization_id))[0]
        if seq <= since:
            return seq, False
        held = await cache.read(snapshot, person, epoch, access_seq)
        if access_seq > since and held != await held_at(snapshot, person, since):
            return seq, True
        changed = await snapshot.fetch(_CHANGED, organization_id, since)
        return seq, any(number in held for (number,) in changed)
