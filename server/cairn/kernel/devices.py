"""Devices: one local database on one phone or browser profile, for one user."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.access import OrganizationHead
from cairn.kernel.context import Actor
from cairn.kernel.database import Base
from cairnsync.errors import DeviceRevoked, SequenceReused
from cairnsync.messages import HelloRequest


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
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_device_user", "organization_id", "user_id"),)


async def register_device(
    session: AsyncSession, actor: Actor, request: HelloRequest, now: datetime
) -> tuple[OrganizationHead, int]:
    """Make a device known; the head of its organization and its last seq. Raises SequenceReused, DeviceRevoked."""
    head = (
        await session.execute(select(OrganizationHead).where(OrganizationHead.organization_id == actor.organization_id))
    ).scalar_one()
    device = await session.get(Device, (actor.organization_id, request.device))
    if device is None:
        device = Device(
            organization_id=actor.organization_id,
            id=request.device,
            user_id=actor.user_id,
            last_seq=0,
            confirmed=0,
            created_at=now,
        )
        session.add(device)
    elif device.user_id != actor.user_id:
        raise SequenceReused(device=str(request.device))
    elif device.revoked_at is not None:
        raise DeviceRevoked()
    device.name, device.platform = request.name, request.platform
    device.app, device.schema = request.app, request.schema
    device.last_seen_at = now
    await session.flush()
    return head, device.last_seq
