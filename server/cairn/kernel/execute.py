"""The one door: permission, validation, idempotency, audit and the feed for every command, a batch at a time.

On the good path a batch is loaded once, handled in memory and flushed once. If a handler refuses after the batch
was begun, or anything fails, the transaction is rolled back and the batch runs again, carefully: one savepoint
per command (stack.md, "Async ORM per mutation is 30 times the floor").
"""

import hashlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.access import OrganizationHead
from cairn.kernel.changes import TOUCHED, Touch, publish
from cairn.kernel.commands import Command, CommandSpec, registry
from cairn.kernel.context import Actor, Batch, Context
from cairn.kernel.errors import AlreadyExists, DomainError, InternalFailure, MalformedInput, NotFound, NotPermitted
from cairn.kernel.ids import NewId
from cairn.kernel.log import CommandLog
from cairn.kernel.refusals import LARGEST_PAYLOAD_BYTES, Refusal
from cairn.kernel.synced import Synced
from cairn.kernel.texts import refuse_nul
from cairnsync.clock import SKEW_FLAG_AFTER

logger = logging.getLogger(__name__)
_PATH = re.compile(r" - at `([^`]*)`$")


class NeedsCare(Exception):
    """The batch cannot be carried out in one go: roll back and run it with a savepoint per command."""


@dataclass(slots=True)
class Envelope:
    """A command on its way in: who sends it, from where, and when it happened."""

    actor: Actor
    name: str
    version: int
    args: bytes
    """JSON, as it was sent."""
    received_at: datetime
    source: str
    at: datetime | None = None
    """The device's own time; None where there is no device."""
    skew: timedelta = timedelta(0)
    device_id: UUID | None = None
    seq: int | None = None
    fault: DomainError | None = None
    """Set when even the mutation around the args could not be read."""

    @property
    def corrected_at(self) -> datetime:
        """The time of the event on the server's clock, never after its receipt."""
        if self.at is None:
            return self.received_at
        try:
            return min(self.at + self.skew, self.received_at)
        except OverflowError:
            return self.received_at


@dataclass(slots=True)
class Verdict:
    """What came of one command."""

    status: str
    code: str | None = None
    params: dict[str, Any] | None = None
    flags: list[str] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    error: DomainError | None = None


@dataclass(slots=True)
class _Task:
    envelope: Envelope
    log_id: UUID
    spec: CommandSpec | None = None
    command: Command | None = None
    args_hash: bytes = b""
    verdict: Verdict | None = None

    @property
    def subject_id(self) -> UUID | None:
        return getattr(self.command, "id", None)


async def execute(
    session: AsyncSession, envelopes: Sequence[Envelope], *, new_id: NewId, careful: bool = False
) -> list[Verdict]:
    """Carry out commands in their order inside the session's transaction; one verdict each.

    Raises NeedsCare when the batch has to run again with `careful`; the caller rolls back in between.
    """
    tasks = [_read(envelope, new_id()) for envelope in envelopes]
    by_organization: dict[UUID, list[_Task]] = {}
    for task in tasks:
        by_organization.setdefault(task.envelope.actor.organization_id, []).append(task)
    try:
        for organization_id, group in sorted(by_organization.items()):
            await _execute_group(session, organization_id, group, new_id, careful)
    except Exception as error:
        if careful:
            raise
        raise NeedsCare from error
    verdicts = [task.verdict for task in tasks]
    assert all(verdicts)
    return verdicts  # type: ignore[return-value]


async def lock_head(session: AsyncSession, organization_id: UUID) -> OrganizationHead:
    """The organization's head, locked: writers of one organization follow one another on every database."""
    statement = (
        select(OrganizationHead)
        .where(OrganizationHead.organization_id == organization_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.execute(statement)).scalar_one()


def _read(envelope: Envelope, log_id: UUID) -> _Task:
    """Decode a command; what cannot be read is refused here, what is not known (yet) is parked."""
    task = _Task(envelope, log_id)
    try:
        if envelope.fault is not None:
            raise envelope.fault
        task.spec = registry.find(envelope.name, envelope.version)
        if task.spec.permission and not envelope.actor.may(task.spec.permission):
            raise NotPermitted(permission=task.spec.permission)
        refuse_nul(envelope.args, "$.args")
        task.command = task.spec.read(envelope.version, envelope.args)
    except msgspec.ValidationError as error:
        task.verdict = _refusal(malformed(error, "$.args"))
    except (msgspec.DecodeError, ValueError, RecursionError, KeyError, TypeError) as error:
        task.verdict = _refusal(MalformedInput(path="$.args", reason=str(error)[:200]))
    except DomainError as error:
        parked = error.code == "unknown_mutation"
        task.verdict = Verdict("parked" if parked else "rejected", error.code, error.params, error=error)
    task.args_hash = args_hash(envelope)
    return task


def malformed(error: msgspec.ValidationError, root: str = "$") -> MalformedInput:
    """Where in the input the fault is, as a JSONPath below `root`."""
    text = str(error)
    match = _PATH.search(text)
    path = root + match.group(1)[1:] if match else root
    return MalformedInput(path=path, reason=_PATH.sub("", text)[:200])


def args_hash(envelope: Envelope) -> bytes:
    """A digest of what was asked for, independent of white space and of the order of keys."""
    try:
        args: Any = msgspec.json.decode(envelope.args)
    except (msgspec.DecodeError, ValueError, RecursionError):
        args = envelope.args
    at = envelope.at.isoformat() if envelope.at and envelope.device_id else ""
    encoded = msgspec.json.encode([envelope.name, envelope.version, at, args], order="deterministic")
    return hashlib.sha256(encoded).digest()[:16]


def _refusal(error: DomainError) -> Verdict:
    return Verdict("rejected", error.code, error.params, error=error)


async def _execute_group(
    session: AsyncSession, organization_id: UUID, tasks: list[_Task], new_id: NewId, careful: bool
) -> None:
    head = await lock_head(session, organization_id)
    batch = Batch(session, head, [task.command for task in tasks if task.command is not None])
    await batch.prefetch(_references(tasks))
    with session.no_autoflush:
        for task in tasks:
            if task.verdict is None:
                task.verdict = await (_run_carefully if careful else _run)(batch, task, new_id)
        for task in tasks:
            if task.verdict is not None and task.verdict.status == "rejected" and task.envelope.source == "push":
                batch.add(await _kept_refusal(batch, task, new_id))
    seq = await publish(session, head)
    await _write_log(session, tasks, seq)


def _references(tasks: Sequence[_Task]) -> list[tuple[type[Any], UUID]]:
    wanted: list[tuple[type[Any], UUID]] = []
    for task in tasks:
        if task.spec is None or task.command is None or task.verdict is not None:
            continue
        if task.spec.creates is not None:
            wanted.append((task.spec.creates, task.command.id))  # type: ignore[attr-defined]
        for reference in task.spec.references:
            value = getattr(task.command, reference.field)
            if isinstance(value, UUID):
                wanted.append((reference.model, value))
    return wanted


async def _run(batch: Batch, task: _Task, new_id: NewId) -> Verdict:
    """The good path: what is refused before the handler begins costs nothing; anything later needs care."""
    try:
        early = await _judge_before(batch, task)
    except DomainError as error:
        return _refusal(error)
    if early is not None:
        return early
    return await _handle(batch, task, new_id)


async def _run_carefully(batch: Batch, task: _Task, new_id: NewId) -> Verdict:
    """One savepoint per command: a refusal or a failure takes back that command and no other."""
    touched = dict(batch.session.info.get(TOUCHED, {}))
    savepoint = await batch.session.begin_nested()
    try:
        verdict = await _judge_before(batch, task) or await _handle(batch, task, new_id)
        await batch.session.flush()
        for record in batch.session.info.get(TOUCHED, {}):
            record.publications()
        await savepoint.commit()
        return verdict
    except Exception as error:
        await savepoint.rollback()
        await _trust_again(batch, touched)
        if isinstance(error, DomainError):
            return _refusal(error)
        logger.exception("command %s failed and is parked", task.envelope.name)
        return Verdict("parked", InternalFailure.code, {}, error=InternalFailure())


async def _trust_again(batch: Batch, touched: dict[Synced, Touch]) -> None:
    """After a savepoint was rolled back: load anew what it changed, and keep what earlier commands touched."""
    batch.forget()
    batch.head = await lock_head(batch.session, batch.organization_id)
    for record in touched:
        if inspect(record).expired_attributes:
            await batch.session.refresh(record)
    batch.session.info[TOUCHED] = touched


async def _judge_before(batch: Batch, task: _Task) -> Verdict | None:
    """What the declaration alone decides: records that must exist, and records that exist already."""
    assert task.spec is not None and task.command is not None
    for reference in task.spec.references:
        value = getattr(task.command, reference.field)
        if reference.optional or not isinstance(value, UUID):
            continue
        if await batch.find(reference.model, value) is None:
            raise NotFound(kind=reference.model.kind, id=str(value))
    if task.spec.creates is None or task.subject_id is None:
        return None
    if await batch.find(task.spec.creates, task.subject_id) is None:
        return None
    if await _was_done(batch.session, task):
        return Verdict("applied")
    raise AlreadyExists(kind=task.spec.creates.kind, id=str(task.subject_id))


async def _was_done(session: AsyncSession, task: _Task) -> bool:
    """Whether this very creation was carried out before, under another seq (after an epoch changed, say)."""
    statement = select(CommandLog.args).where(
        CommandLog.organization_id == task.envelope.actor.organization_id,
        CommandLog.subject_id == task.subject_id,
        CommandLog.name == task.envelope.name,
        CommandLog.status.in_(("applied", "merged")),
    )
    try:
        sent = msgspec.json.decode(task.envelope.args)
        earlier = (await session.execute(statement)).scalars().all()
        return any(args is not None and msgspec.json.decode(args) == sent for args in earlier)
    except msgspec.DecodeError:
        return False


async def _handle(batch: Batch, task: _Task, new_id: NewId) -> Verdict:
    assert task.spec is not None and task.spec.handler is not None
    envelope = task.envelope
    ctx = Context(
        batch=batch,
        actor=envelope.actor,
        at=envelope.corrected_at,
        received_at=envelope.received_at,
        skew_s=envelope.skew.total_seconds(),
        new_id=new_id,
        command_id=task.log_id,
    )
    if task.spec.is_fact and abs(envelope.skew) > SKEW_FLAG_AFTER:
        ctx.flag("clock_skew")
    await task.spec.handler(task.command, ctx)
    return Verdict("merged" if ctx.conflicts else "applied", flags=ctx.flags, conflicts=ctx.conflicts)


async def _kept_refusal(batch: Batch, task: _Task, new_id: NewId) -> Refusal:
    """The document of a refused mutation: for its author, and for the owner of the record it is about."""
    envelope, verdict = task.envelope, task.verdict
    assert verdict is not None
    about = await _subject(batch, task)
    try:
        args = msgspec.json.decode(envelope.args) if len(envelope.args) <= LARGEST_PAYLOAD_BYTES else None
    except (msgspec.DecodeError, ValueError, RecursionError):
        args = None
    return Refusal(
        organization_id=batch.organization_id,
        id=new_id(),
        device_id=envelope.device_id,
        seq=envelope.seq,
        name=envelope.name,
        v=envelope.version,
        args=args,
        code=verdict.code,
        params=verdict.params or {},
        at=envelope.corrected_at,
        author_id=envelope.actor.user_id,
        owner_id=getattr(about, "owner_id", None),
        about=msgspec.to_builtins(about.reference()) if about is not None else None,
        record_title=about.label()[:200] if about is not None else None,
        state="open",
    )


async def _subject(batch: Batch, task: _Task) -> Synced | None:
    """The record that a command is about: the first one it refers to."""
    if task.spec is None or task.command is None:
        return None
    for reference in task.spec.references:
        value = getattr(task.command, reference.field)
        if isinstance(value, UUID) and (record := await batch.find(reference.model, value)) is not None:
            return record
    return None


async def _write_log(session: AsyncSession, tasks: Sequence[_Task], seq: int) -> None:
    rows = []
    for task in tasks:
        envelope, verdict = task.envelope, task.verdict
        assert verdict is not None
        rows.append(
            {
                "organization_id": envelope.actor.organization_id,
                "id": task.log_id,
                "device_id": envelope.device_id,
                "seq": envelope.seq,
                "source": envelope.source,
                "user_id": envelope.actor.user_id,
                "name": envelope.name,
                "version": envelope.version,
                "subject_id": task.subject_id,
                "at": envelope.at,
                "corrected_at": envelope.corrected_at,
                "received_at": envelope.received_at,
                "args_hash": task.args_hash,
                "args": envelope.args,
                "status": verdict.status,
                "code": verdict.code,
                "params": msgspec.to_builtins(verdict.params),
                "flags": verdict.flags,
                "conflicts": msgspec.to_builtins(verdict.conflicts),
                "committed_seq": seq,
            }
        )
    await (await session.connection()).execute(insert(CommandLog.__table__), rows)  # type: ignore[arg-type]
