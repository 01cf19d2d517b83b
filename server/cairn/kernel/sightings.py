"""When devices were last heard of: a pull only reads, so that it came is noted in memory and written later."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.bulk import Bulk
from cairn.kernel.devices import Device
from cairn.kernel.driver import driver_of

NOTED_EVERY = timedelta(hours=1)
MOST_NOTED = 100_000
"""Of those noted before, the first go; of those to be written, what is beyond is left to the next pull."""
_device: Any = Device.__table__
_SEEN = Bulk(
    update(_device)
    .where(
        _device.c.organization_id == bindparam("key_organization"),
        _device.c.id == bindparam("key_device"),
        _device.c.last_seen_at < bindparam("last_seen_at"),
    )
    .values(last_seen_at=bindparam("last_seen_at"))
)


class Sighting(NamedTuple):
    """A device that pulled, and when."""

    organization_id: UUID
    device_id: UUID
    at: datetime


class Sightings:
    """Each device once in an hour."""

    def __init__(self) -> None:
        self._noted: dict[UUID, datetime] = {}
        self._unwritten: list[Sighting] = []

    def note(self, organization_id: UUID, device_id: UUID, now: datetime) -> None:
        """A device was just answered."""
        before = self._noted.get(device_id)
        if (before is not None and abs(now - before) < NOTED_EVERY) or len(self._unwritten) >= MOST_NOTED:
            return
        if before is None and len(self._noted) >= MOST_NOTED:
            self._noted.pop(next(iter(self._noted)))
        self._noted[device_id] = now
        self._unwritten.append(Sighting(organization_id, device_id, now))

    def take(self) -> dict[UUID, list[Sighting]]:
        """Those that nobody has written yet, by organization; they are the taker's from now on."""
        taken: dict[UUID, list[Sighting]] = {}
        for sighting in self._unwritten:
            taken.setdefault(sighting.organization_id, []).append(sighting)
        self._unwritten = []
        return taken


async def write_sightings(session: AsyncSession, sightings: Sequence[Sighting]) -> None:
    """Move devices on to when they were seen; none is moved back."""
    rows = [{"key_organization": each[0], "key_device": each[1], "last_seen_at": each[2]} for each in sightings]
    await _SEEN.run(await driver_of(session), rows)
