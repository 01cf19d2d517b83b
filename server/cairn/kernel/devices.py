"""Devices: one local database on one phone or browser profile, for one user."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Index, and_, func, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.access import OrganizationHead
from cairn.kernel.context import Actor
from cairn.kernel.database import Base
from cairn.kernel.driver import Driver, driver_of
from cairn.kernel.errors import NotFound, TooManyRequests
from cairn.kernel.heads import lock_head
from cairn.kernel.plain import identifier, moment
from cairn.kernel.records import changed_columns, load_records, write_records
from cairnsync.clock import SKEW_FLAG_AFTER
from cairnsync.errors import DeviceRevoked, DeviceUnknown, SequenceReused
from cairnsync.messages import DeviceReport, HelloRequest, WipedRequest, read_report

SILENT_AFTER = timedelta(days=7)
MOST_NEW_DEVICES = 100
NEW_DEVICES_WITHIN = timedelta(days=1)
"""Of one person: more than anybody has browsers."""
_LAST = """
SELECT seq, user_id FROM command_log WHERE organization_id = ?1 AND device_id = ?2 ORDER BY seq DESC LIMIT 1
"""
_NEWEST = """
SELECT created_at FROM device WHERE organization_id = ?1 AND user_id = ?2 ORDER BY created_at DESC LIMIT ?3
"""


class Device(Base):
    """What the server knows of a device; `last_seq` is its last mutation that has a receipt."""

    __tablename__ = "device"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    confirmed: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str]
    platform: Mapped[str]
    app: Mapped[str]
    schema: Mapped[int]
    skew_ms: Mapped[int | None] = mapped_column(BigInteger)
    """How far its clock was behind the server's at its last push."""
    last_at: Mapped[datetime | None]
    """When it recorded its last mutation, by its own clock."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    unsent: Mapped[int | None]
    """Mutations that waited on the device, as it last reported; None before its first report."""
    oldest_unsent_at: Mapped[datetime | None]
    uploads: Mapped[int | None]
    persisted: Mapped[bool | None]
    quota_bytes: Mapped[int | None] = mapped_column(BigInteger)
    used_bytes: Mapped[int | None] = mapped_column(BigInteger)
    reported_at: Mapped[datetime | None]
    wipe_asked_at: Mapped[datetime | None]
    wipe_asked_by: Mapped[UUID | None]
    wiped_at: Mapped[datetime | None]
    """When the device said that it has erased itself."""
    lost: Mapped[int | None]
    """Mutations and files that it could not send before."""

    __table_args__ = (Index("ix_device_user", "organization_id", "user_id"),)


def states_of(now: datetime) -> Mapping[str, ColumnElement[bool]]:
    """What a caretaker looks for among devices; the conditions of each."""
    active = and_(Device.revoked_at.is_(None), Device.wiped_at.is_(None))
    odd_ms = SKEW_FLAG_AFTER / timedelta(milliseconds=1)
    return {
        "active": active,
        "unsent": and_(active, or_(Device.unsent > 0, Device.uploads > 0)),
        "silent": and_(active, Device.last_seen_at < now - SILENT_AFTER),
        "skewed": and_(active, func.abs(Device.skew_ms) > odd_ms),
        "evictable": and_(active, Device.persisted.is_(False)),
        "wiping": and_(Device.wipe_asked_at.is_not(None), Device.wiped_at.is_(None)),
        "ended": or_(Device.revoked_at.is_not(None), Device.wiped_at.is_not(None)),
    }


def revoked(device: Any) -> DeviceRevoked:
    """The refusal of a device that was shut out; `wipe` asks it to erase itself (PROTOCOL.md, 4)."""
    return DeviceRevoked(wipe=True) if device.wipe_asked_at is not None else DeviceRevoked()


def reported(report: DeviceReport | None, now: datetime) -> dict[str, Any]:
    """The columns that a report fills; none where there is no report."""
    if report is None:
        return {}
    age_s = report.oldest_age_s if report.unsent or report.uploads else None
    return {
        "unsent": report.unsent,
        "oldest_unsent_at": None if age_s is None else now - timedelta(seconds=age_s),
        "uploads": report.uploads,
        "persisted": report.persisted,
        "quota_bytes": report.quota,
        "used_bytes": report.used,
        "reported_at": now,
    }


async def register_device(
    session: AsyncSession, actor: Actor, request: HelloRequest, now: datetime, *, may_be_new: bool = True
) -> tuple[OrganizationHead, int]:
    """Make a device known; the head of its organization and its last seq.

    Raises SequenceReused, and DeviceRevoked also for a new one where there may be none.
    """
    driver = await driver_of(session)
    head = await lock_head(session, actor.organization_id)
    known = await load_records(driver, Device, "id", actor.organization_id, [request.device])
    if not known and not may_be_new:
        raise DeviceRevoked(wipe=True)
    if known and known[0].user_id != actor.user_id:
        raise SequenceReused(device=str(request.device))
    if known and known[0].revoked_at is not None:
        raise revoked(known[0])
    device = known[0] if known else await _new_device(driver, actor, request.device, now)
    device.name, device.platform = request.name, request.platform
    device.app, device.schema = request.app, request.schema
    device.last_seen_at = now
    for name, value in reported(read_report(request.report), now).items():
        setattr(device, name, value)
    if not known:
        await write_records(driver, [device], [])
    elif columns := changed_columns(device):
        await write_records(driver, [], [(device, columns)])
    return head, device.last_seq


async def _new_device(driver: Driver, actor: Actor, device_id: UUID, now: datetime) -> Device:
    await _refuse_too_many(driver, actor, now)
    return Device(
        organization_id=actor.organization_id,
        id=device_id,
        user_id=actor.user_id,
        last_seq=await _last_seq(driver, actor, device_id),
        confirmed=0,
        created_at=now,
    )


async def change_device(
    session: AsyncSession, actor: Actor, device_id: UUID, values: Mapping[str, Any], *conditions: ColumnElement[bool]
) -> None:
    """Change a device of the actor's organization that meets the conditions; raises NotFound where there is none."""
    statement = (
        update(Device)
        .where(Device.organization_id == actor.organization_id, Device.id == device_id, *conditions)
        .values(**values)
        .returning(Device.id)
        .execution_options(synchronize_session=False)
    )
    if await session.scalar(statement) is None:
        raise NotFound(kind="device", id=str(device_id))


async def _last_seq(driver: Driver, actor: Actor, device_id: UUID) -> int:
    """Where a device stood that was forgotten in the meantime; 0 for a new one. Raises SequenceReused."""
    rows = await driver.fetch(_LAST, actor.organization_id, device_id)
    if not rows:
        return 0
    seq, user_id = rows[0]
    if identifier(user_id) != actor.user_id:
        raise SequenceReused(device=str(device_id))
    return int(seq)


async def _refuse_too_many(driver: Driver, actor: Actor, now: datetime) -> None:
    """A device costs nothing to make up, but a row for ever: raises TooManyRequests."""
    newest = await driver.fetch(_NEWEST, actor.organization_id, actor.user_id, MOST_NEW_DEVICES)
    if len(newest) == MOST_NEW_DEVICES and moment(newest[-1][0]) > now - NEW_DEVICES_WITHIN:
        raise TooManyRequests(retry_after_s=3_600)


async def wiped(session: AsyncSession, actor: Actor, request: WipedRequest, now: datetime) -> None:
    """Note that a device of the person's has erased itself; the first time counts. Raises DeviceUnknown."""
    device = await session.get(Device, (actor.organization_id, request.device))
    if device is None or device.user_id != actor.user_id:
        raise DeviceUnknown()
    if device.wiped_at is None:
        device.wiped_at, device.lost, device.unsent, device.uploads = now, request.lost, 0, 0
        device.oldest_unsent_at, device.revoked_at = None, device.revoked_at or now
        device.last_seen_at = now
    await session.flush()
