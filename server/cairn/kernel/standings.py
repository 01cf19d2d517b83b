"""Where an organization and one of its devices stand: the first thing that every pull asks.

Most pulls find that nothing is new, so this one statement is nearly all that they cost. On PostgreSQL those who ask
while a statement is under way share the next one: it begins after they asked, so it is as new as one of their own.
"""

import asyncio
from typing import Any, NamedTuple
from uuid import UUID

from cairn.kernel.snapshots import Snapshots

LARGEST_GROUP = 500
STANDING = """
SELECT h.epoch, h.seq, h.access_seq, h.horizon_seq, d.last_seq,
COALESCE(d.revoked_at, d.wipe_asked_at), d.wipe_asked_at
FROM organization_head h LEFT JOIN device d
ON d.organization_id = h.organization_id AND d.id = ?1 AND d.user_id = ?2 WHERE h.organization_id = ?3
"""
_STANDINGS = """
SELECT h.epoch, h.seq, h.access_seq, h.horizon_seq, d.last_seq,
COALESCE(d.revoked_at, d.wipe_asked_at), d.wipe_asked_at
FROM unnest(?1::uuid[], ?2::uuid[], ?3::uuid[])
WITH ORDINALITY AS asked (device_id, user_id, organization_id, place)
LEFT JOIN organization_head h ON h.organization_id = asked.organization_id
LEFT JOIN device d ON d.organization_id = asked.organization_id AND d.id = asked.device_id AND d.user_id = asked.user_id
ORDER BY asked.place
"""
Asked = tuple[UUID, UUID, UUID]
"""Device, user and organization."""


class Standing(NamedTuple):
    """An organization's head, and what is known of a device; `last_seq` is None where it is not known."""

    epoch: str
    seq: int
    access_seq: int
    horizon_seq: int
    last_seq: int | None
    shut_out_at: Any
    wipe_asked_at: Any


class Standings:
    """Reads standings; whatever is read was true after it was asked for."""

    def __init__(self, snapshots: Snapshots, *, shared: bool) -> None:
        self._snapshots = snapshots
        self._shared = shared
        self._waiting: list[tuple[Asked, asyncio.Future[Standing]]] = []
        self._task: asyncio.Task[None] | None = None

    async def read(self, device_id: UUID, user_id: UUID, organization_id: UUID) -> Standing:
        asked = (device_id, user_id, organization_id)
        if not self._shared:
            async with self._snapshots.open() as snapshot:
                return Standing(*(await snapshot.fetch(STANDING, *asked))[0])
        future: asyncio.Future[Standing] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work_off())
        return await future

    async def _work_off(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
            try:
                async with self._snapshots.open() as snapshot:
                    rows = await snapshot.fetch(
                        _STANDINGS, *(list(each) for each in zip(*(asked for asked, _ in group), strict=True))
                    )
                for (_, future), row in zip(group, rows, strict=True):
                    if not future.done():
                        future.set_result(Standing(*row))
            except Exception as error:
                for _, future in group:
                    if not future.done():
                        future.set_exception(error)
