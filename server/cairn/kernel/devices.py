"""Devices: one local database on one phone or browser profile, for one user."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.database import Base


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
