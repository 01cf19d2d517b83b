"""The log of commands: idempotency, audit and receipts in one row per executed command, kept by the kernel."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Index, LargeBinary, bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.bulk import Bulk
from cairn.kernel.database import Base, json_column
from cairn.kernel.driver import driver_of
from cairn.kernel.envelopes import Task


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
    """The organization's seq after the transaction that took it in, whatever became of it later."""

    __table_args__ = (
        Index("ix_command_log_device", "organization_id", "device_id", "seq", unique=True),
        Index("ix_command_log_subject", "organization_id", "subject_id"),
        Index("ix_command_log_parked", "organization_id", "status", "received_at"),
    )


_INSERT = Bulk(insert(CommandLog))
_log: Any = CommandLog.__table__
_VERDICT = ("subject_id", "status", "code", "params", "flags", "conflicts")
_RETRIED = Bulk(
    update(_log)
    .where(_log.c.organization_id == bindparam("key_organization"), _log.c.id == bindparam("key_id"))
    .values({name: bindparam(name) for name in _VERDICT})
)


async def write_log(session: AsyncSession, tasks: Sequence[Task], seq: int) -> None:
    """One row per command of the transaction; a command that was tried again gets its verdict into the row it has."""
    new = [_verdict(task, seq) | _asked(task) for task in tasks if task.envelope.log_id is None]
    retried = [
        _verdict(task, seq) | {"key_organization": task.envelope.actor.organization_id, "key_id": task.log_id}
        for task in tasks
        if task.envelope.log_id is not None
    ]
    driver = await driver_of(session)
    await _INSERT.run(driver, new)
    await _RETRIED.run(driver, retried)


def _asked(task: Task) -> dict[str, Any]:
    envelope = task.envelope
    return {
        "organization_id": envelope.actor.organization_id,
        "id": task.log_id,
        "device_id": envelope.device_id,
        "seq": envelope.seq,
        "source": envelope.source,
        "user_id": envelope.actor.user_id,
        "name": envelope.name,
        "version": envelope.version,
        "at": envelope.at,
        "corrected_at": envelope.corrected_at,
        "received_at": envelope.received_at,
        "args_hash": task.args_hash,
        "args": envelope.args,
    }


def _verdict(task: Task, seq: int) -> dict[str, Any]:
    verdict = task.verdict
    assert verdict is not None
    return {
        "subject_id": task.subject_id,
        "status": verdict.status,
        "code": verdict.code,
        "params": msgspec.to_builtins(verdict.params),
        "flags": verdict.flags,
        "conflicts": msgspec.to_builtins(verdict.conflicts),
        "committed_seq": seq,
    }
