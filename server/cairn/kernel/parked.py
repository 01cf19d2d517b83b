"""Mutations that the server failed on, or does not know yet: kept whole, tried again, shown to administrators.

A job tries each again through the one door (`cairn.jobs.retries`), so that its final verdict comes about like any
other; the row of the log then tells the verdict to whoever asks, and a document tells the phone.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Index, func, select
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel import access
from cairn.kernel.commands import Decision, command, handles, refers_to
from cairn.kernel.context import Batch, Context
from cairn.kernel.database import Base, JsonText, json_column
from cairn.kernel.envelopes import Task, Verdict, refused
from cairn.kernel.errors import DomainError
from cairn.kernel.ids import NewId
from cairn.kernel.refusals import kept_refusal, shown_args
from cairn.kernel.synced import Synced
from cairnsync.messages import ConflictReference

ADMINISTRATION = "administration"
RETRIED_SOURCES = frozenset({"push", "job"})
"""Whoever else gives a command is told that it failed, and gives it again."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
MOST_WAITING = 1_000
"""For each person; beyond it a mutation is refused instead, and stays with its author."""
LONGEST_ERROR = 500
LARGEST_SKEW_MS = 2**53
State = Literal["waiting", "dismissed", "done"]


class TooManyParked(DomainError):
    """So much of this person's waits for the server to be mended that no more is taken."""

    code = "too_many_parked"


class Dismissed(DomainError):
    """An administrator gave a parked mutation up."""

    code = "dismissed"


class ParkedClosed(DomainError):
    """The mutation has its final verdict already."""

    code = "parked_closed"


class ParkedMutation(Synced, Base):
    """A mutation without a final verdict, by the id of its row in the log of commands."""

    __tablename__ = "parked_mutation"
    kind = "parked_mutation"
    collection = "parked-mutations"
    private = frozenset({"source", "skew_ms"})

    device_id: Mapped[UUID | None]
    seq: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str]
    name: Mapped[str]
    v: Mapped[int]
    args: Mapped[Any] = mapped_column(JsonText(), info={"shape": Any}, nullable=True)
    """What was sent, or null where it is too long to be shown; the log has it whole."""
    author_id: Mapped[UUID]
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    skew_ms: Mapped[int] = mapped_column(BigInteger)
    code: Mapped[str]
    error: Mapped[str | None]
    """What the last attempt failed with, for a developer."""
    attempts: Mapped[int]
    due_at: Mapped[datetime | None]
    """When it is tried again; null when it is done with."""
    state: Mapped[str] = mapped_column(info={"shape": State})
    outcome: Mapped[str | None] = mapped_column(info={"shape": Literal["applied", "merged", "rejected"] | None})

    __table_args__ = (
        Index("ix_parked_mutation_due", "due_at"),
        Index("ix_parked_mutation_author", "organization_id", "author_id", "state"),
    )

    def buckets(self) -> set[str]:
        return {ADMINISTRATION}

    def grants(self) -> Mapping[str, Iterable[str]]:
        return {ADMINISTRATION: {access.role("administrator")}}


class LateReceipt(Synced, Base):
    """The final verdict on a mutation that was parked, for the phone that recorded it."""

    __tablename__ = "late_receipt"
    kind = "receipt"
    private = frozenset({"author_id"})

    device_id: Mapped[UUID]
    seq: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(info={"shape": Literal["applied", "merged", "rejected"]})
    code: Mapped[str | None]
    params: Mapped[dict[str, Any]] = json_column(dict[str, Any])
    flags: Mapped[list[str]] = json_column(list[str])
    conflicts: Mapped[list[dict[str, Any]]] = json_column(list[ConflictReference])
    author_id: Mapped[UUID]
    created_at: Mapped[datetime]

    def buckets(self) -> set[str]:
        return {f"user:{self.author_id}"}


@command("parked.retry", permission="parked.manage")
class RetryParked(Decision, frozen=True):
    """Have a parked mutation tried again now."""

    id: Annotated[UUID, refers_to(ParkedMutation)]


@handles(RetryParked)
async def retry_parked(command: RetryParked, ctx: Context) -> None:
    parked = await ctx.load(ParkedMutation, command.id)
    if parked.state != "waiting":
        raise ParkedClosed(id=str(parked.id))
    parked.due_at = ctx.received_at


@command("parked.dismiss", permission="parked.manage")
class DismissParked(Decision, frozen=True):
    """Give a parked mutation up: its author is told, and has the payload still."""

    id: Annotated[UUID, refers_to(ParkedMutation)]


@handles(DismissParked)
async def dismiss_parked(command: DismissParked, ctx: Context) -> None:
    parked = await ctx.load(ParkedMutation, command.id)
    if parked.state == "done":
        raise ParkedClosed(id=str(parked.id))
    parked.state, parked.due_at = "dismissed", ctx.received_at


async def keep_unsettled(batch: Batch, task: Task, new_id: NewId) -> None:
    """Keep what a verdict leaves over: a parked mutation, a refused one, or the late news of a verdict."""
    verdict, is_retry = task.verdict, task.envelope.log_id is not None
    assert verdict is not None
    if verdict.status == "parked" and task.envelope.source in RETRIED_SOURCES:
        await _park(batch, task)
    elif is_retry:
        await _close(batch, task)
    if task.verdict is not None and task.verdict.status == "rejected" and task.envelope.source == "push":
        batch.add(await kept_refusal(batch, task, new_id))


async def _park(batch: Batch, task: Task) -> None:
    envelope, verdict = task.envelope, task.verdict
    assert verdict is not None
    parked = await batch.find(ParkedMutation, task.log_id) if envelope.log_id is not None else None
    if parked is None:
        if await _waiting(batch, envelope.actor.user_id) >= MOST_WAITING:
            task.verdict = refused(TooManyParked(limit=MOST_WAITING))
            return
        parked = ParkedMutation(
            organization_id=batch.organization_id,
            id=task.log_id,
            device_id=envelope.device_id,
            seq=envelope.seq,
            source=envelope.source,
            name=envelope.name,
            v=envelope.version,
            args=shown_args(envelope.args),
            author_id=envelope.actor.user_id,
            at=envelope.corrected_at,
            received_at=envelope.received_at,
            skew_ms=max(-LARGEST_SKEW_MS, min(LARGEST_SKEW_MS, round(envelope.skew.total_seconds() * 1000))),
            attempts=0,
            state="waiting",
        )
        batch.add(parked)
    pause = min(FIRST_PAUSE * 2 ** min(parked.attempts, 10), LONGEST_PAUSE)
    parked.due_at = (envelope.retried_at or envelope.received_at) + pause
    parked.attempts += 1
    parked.code, parked.error = verdict.code or "internal_failure", _words(verdict)


async def _waiting(batch: Batch, author_id: UUID) -> int:
    """How much of a person's is parked, that of this transaction included."""
    statement = (
        select(func.count())
        .select_from(ParkedMutation)
        .where(
            ParkedMutation.organization_id == batch.organization_id,
            ParkedMutation.author_id == author_id,
            ParkedMutation.state == "waiting",
        )
    )
    stored = (await batch.session.execute(statement)).scalar_one()
    return stored + sum(isinstance(row, ParkedMutation) and row.author_id == author_id for row in batch.new)


async def _close(batch: Batch, task: Task) -> None:
    envelope, verdict = task.envelope, task.verdict
    assert verdict is not None
    parked = await batch.find(ParkedMutation, task.log_id)
    if parked is not None:
        parked.attempts += parked.state == "waiting"
        parked.state, parked.outcome, parked.due_at = "done", verdict.status, None
    if envelope.device_id is None or envelope.seq is None:
        return
    batch.add(
        LateReceipt(
            organization_id=batch.organization_id,
            id=task.log_id,
            device_id=envelope.device_id,
            seq=envelope.seq,
            status=verdict.status,
            code=verdict.code,
            params=msgspec.to_builtins(verdict.params or {}),
            flags=verdict.flags,
            conflicts=msgspec.to_builtins(verdict.conflicts),
            author_id=envelope.actor.user_id,
            created_at=envelope.retried_at,
        )
    )


def _words(verdict: Verdict) -> str | None:
    """The failure in a line that every database can keep."""
    cause = verdict.error.__cause__ if verdict.error is not None else None
    if cause is None:
        return None
    text = f"{type(cause).__name__}: {cause}"[:LONGEST_ERROR]
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
