"""The log of commands: idempotency, audit and receipts in one row per executed command, kept by the kernel."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.database import Base, json_column


class CommandLog(Base):
    """Who asked for what, from where and when, and what came of it."""

    __tablename__ = "command_log"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID | None]
    seq: Mapped[int | None] = mapped_column(BigInteger)
    """The device's number of the mutation, where a phone sent it."""
    source: Mapped[str]
    """push, rest, import or job."""
    user_id: Mapped[UUID]
    name: Mapped[str]
    version: Mapped[int]
    subject_id: Mapped[UUID | None]
    """The `id` among the args: the record that the command is about."""
    at: Mapped[datetime | None]
    """When it happened by the phone's own clock."""
    corrected_at: Mapped[datetime]
    """When it happened by the server's clock, as well as can be told."""
    received_at: Mapped[datetime]
    args_hash: Mapped[bytes] = mapped_column(LargeBinary)
    args: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The payload as it was sent; a mutation's may be forgotten once its phone has confirmed the receipt."""
    status: Mapped[str]
    code: Mapped[str | None]
    params: Mapped[dict[str, Any] | None] = json_column(dict[str, Any] | None)
    flags: Mapped[list[str]] = json_column(list[str])
    conflicts: Mapped[list[dict[str, Any]]] = json_column(list[dict[str, Any]])
    committed_seq: Mapped[int] = mapped_column(BigInteger)
    """The organization's seq after the transaction that carried it out."""

    __table_args__ = (
        Index("ix_command_log_device", "organization_id", "device_id", "seq", unique=True),
        Index("ix_command_log_subject", "organization_id", "subject_id"),
        Index("ix_command_log_parked", "organization_id", "status", "received_at"),
    )
