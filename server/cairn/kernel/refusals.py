"""Refusals: what the server could not accept is kept, with its payload, where its author can see it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.commands import Decision, command, handles, refers_to
from cairn.kernel.context import Batch, Context
from cairn.kernel.database import Base, JsonText, json_column
from cairn.kernel.envelopes import Task
from cairn.kernel.errors import NotOwner
from cairn.kernel.ids import NewId
from cairn.kernel.shapes import About
from cairn.kernel.synced import Synced

LARGEST_PAYLOAD_BYTES = 16 * 1024
"""A longer payload stays in the log of commands and on the phone; the document only says that it is long."""
Outcome = Literal["retried", "handed_over", "given_up"]


class Refusal(Synced, Base):
    """A mutation that was refused, for its author and the record's owner to read, retry or give up."""

    __tablename__ = "refusal"
    kind = "refusal"
    collection = "refusals"
    renamed = {"record_title": "title"}

    device_id: Mapped[UUID | None]
    seq: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str]
    v: Mapped[int]
    args: Mapped[Any] = mapped_column(JsonText(), info={"shape": Any}, nullable=True)
    code: Mapped[str]
    params: Mapped[dict[str, Any]] = json_column(dict[str, Any])
    at: Mapped[datetime]
    author_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    about: Mapped[dict[str, Any] | None] = json_column(About | None)
    record_title: Mapped[str | None]
    state: Mapped[str] = mapped_column(info={"shape": Literal["open", "closed"]})
    outcome: Mapped[str | None] = mapped_column(info={"shape": Outcome | None})

    def buckets(self) -> set[str]:
        return {f"user:{each}" for each in (self.author_id, self.owner_id) if each}


@command("refusals.close", permission="refusals.close")
class CloseRefusal(Decision, frozen=True):
    """Say what became of a refused mutation."""

    id: Annotated[UUID, refers_to(Refusal)]
    outcome: Outcome


@handles(CloseRefusal)
async def close_refusal(command: CloseRefusal, ctx: Context) -> None:
    refusal = await ctx.load(Refusal, command.id)
    if refusal.author_id != ctx.actor.user_id:
        raise NotOwner(owner_id=str(refusal.author_id))
    refusal.state, refusal.outcome = "closed", command.outcome


def shown_args(args: bytes) -> Any:
    """A payload as a document shows it: null where it is no JSON or too long."""
    try:
        return msgspec.json.decode(args) if len(args) <= LARGEST_PAYLOAD_BYTES else None
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


async def kept_refusal(batch: Batch, task: Task, new_id: NewId) -> Refusal:
    """The document of a refused mutation: for its author, and for the owner of the record it is about."""
    envelope, verdict = task.envelope, task.verdict
    assert verdict is not None
    about = await _subject(batch, task)
    return Refusal(
        organization_id=batch.organization_id,
        id=new_id(),
        device_id=envelope.device_id,
        seq=envelope.seq,
        name=envelope.name,
        v=envelope.version,
        args=shown_args(envelope.args),
        code=verdict.code,
        params=verdict.params or {},
        at=envelope.corrected_at,
        author_id=envelope.actor.user_id,
        owner_id=await batch.load_owner(about) if about is not None else None,
        about=msgspec.to_builtins(about.reference()) if about is not None else None,
        record_title=about.label()[:200] if about is not None else None,
        state="open",
    )


async def _subject(batch: Batch, task: Task) -> Synced | None:
    """The record that a command is about: the first one that it names, if there is one."""
    if task.spec is None or task.command is None:
        return None
    for reference in task.spec.references:
        value = getattr(task.command, reference.field)
        if isinstance(value, UUID):
            return await batch.find(reference.model, value)
    return None
