"""The one door: permission, validation, idempotency, audit and the feed for every command, a batch at a time.

On the good path a batch is loaded once, handled in memory and flushed once. If a handler refuses after the batch
was begun, or anything fails, the transaction is rolled back and the batch runs again, carefully: one savepoint
per command (docs/decisions/0003).
"""

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.changes import publish, write
from cairn.kernel.commands import registry
from cairn.kernel.context import Batch, Context
from cairn.kernel.entitlement import admit_facts
from cairn.kernel.envelopes import Envelope, Task, Verdict, read_task, refused
from cairn.kernel.errors import AlreadyExists, DomainError, InternalFailure, NotFound, WaitsForParked
from cairn.kernel.heads import lock_head
from cairn.kernel.ids import NewId
from cairn.kernel.log import CommandLog, write_log
from cairn.kernel.outages import database_failed
from cairn.kernel.parked import keep_unsettled
from cairn.kernel.records import mark_written
from cairn.kernel.synced import Synced

logger = logging.getLogger(__name__)


class NeedsCare(Exception):
    """The batch cannot be carried out in one go: roll back and run it with a savepoint per command."""


async def execute(
    session: AsyncSession, envelopes: Sequence[Envelope], *, new_id: NewId, careful: bool = False
) -> list[Verdict]:
    """Carry out commands in their order inside the session's transaction; one verdict each.

    Raises NeedsCare when the batch has to run again with `careful`; the caller rolls back in between.
    """
    tasks = [read_task(envelope, envelope.log_id or new_id()) for envelope in envelopes]
    by_organization: dict[UUID, list[Task]] = {}
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


async def _execute_group(
    session: AsyncSession, organization_id: UUID, tasks: list[Task], new_id: NewId, careful: bool
) -> None:
    head = await lock_head(session, organization_id)
    await admit_facts(session, organization_id, tasks)
    batch = Batch(session, head, [task.command for task in tasks if task.command is not None])
    await batch.prefetch(_references(tasks))
    with session.no_autoflush:
        for task in tasks:
            if task.verdict is None:
                task.verdict = await (_run_carefully if careful else _run)(batch, task, new_id)
                if task.verdict.error is None and task.subject_id is not None:
                    batch.done[task.envelope.name, task.subject_id] = task.envelope.args
                elif task.verdict.status == "parked" and task.creates is not None and task.subject_id is not None:
                    batch.parked.add(task.subject_id)
        for task in tasks:
            if task.verdict is not None and (task.verdict.error is not None or task.envelope.log_id is not None):
                await keep_unsettled(batch, task, new_id)
    seq = await publish(batch)
    await write_log(session, tasks, seq)


def _references(tasks: Sequence[Task]) -> list[tuple[type[Any], UUID]]:
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


async def _run(batch: Batch, task: Task, new_id: NewId) -> Verdict:
    """The good path: what is refused before the handler begins costs nothing; anything later needs care."""
    try:
        early = await _judge_before(batch, task)
    except DomainError as error:
        return refused(error)
    if early is not None:
        return early
    return await _handle(batch, task, new_id)


async def _run_carefully(batch: Batch, task: Task, new_id: NewId) -> Verdict:
    """One savepoint per command: a refusal or a failure takes back that command and no other."""
    touched = dict(batch.touched)
    savepoint = await batch.session.begin_nested()
    try:
        verdict = await _judge_before(batch, task) or await _handle(batch, task, new_id)
        for record in await write(batch):
            mark_written(record)
            if isinstance(record, Synced):
                record.publications()
        await savepoint.commit()
        return verdict
    except Exception as error:
        if database_failed(error):  # nothing is judged, the command's sender sends again
            raise
        await savepoint.rollback()
        batch.forget()
        batch.touched = touched
        if isinstance(error, DomainError):
            return refused(error)
        logger.exception("command %s failed and is parked", task.envelope.name)
        failure = InternalFailure()
        failure.__cause__ = error
        return refused(failure)


async def _judge_before(batch: Batch, task: Task) -> Verdict | None:
    """What the declaration alone decides: records that must exist, and records that exist already.

    A fact is not refused for a record that is missing: its handler keeps it and flags it.
    """
    assert task.spec is not None and task.command is not None
    for reference in task.spec.references:
        value = getattr(task.command, reference.field)
        if reference.optional or not isinstance(value, UUID):
            continue
        if await batch.find(reference.model, value) is not None:
            continue
        if await _is_parked(batch, reference.model, value):
            raise WaitsForParked(id=str(value))
        if not task.spec.is_fact:
            raise NotFound(kind=reference.model.kind, id=str(value))
    if task.spec.creates is None or task.subject_id is None:
        return None
    if await batch.find(task.spec.creates, task.subject_id) is None:
        return None
    if await _was_done(batch, task):
        return Verdict("applied")
    raise AlreadyExists(kind=task.spec.creates.kind, id=str(task.subject_id))


async def _is_parked(batch: Batch, model: type[Any], record_id: UUID) -> bool:
    """Whether the mutation that would have made a record waits for the server to be mended."""
    if record_id in batch.parked:
        return True
    statement = select(CommandLog.id).where(
        CommandLog.organization_id == batch.organization_id,
        CommandLog.subject_id == record_id,
        CommandLog.status == "parked",
        CommandLog.name.in_([spec.name for spec in registry.by_name.values() if spec.creates is model]),
    )
    return (await batch.session.execute(statement.limit(1))).first() is not None


async def _was_done(batch: Batch, task: Task) -> bool:
    """Whether this very creation was carried out before, under another seq (after an epoch changed, say)."""
    name, subject_id = task.envelope.name, task.subject_id
    assert subject_id is not None
    statement = select(CommandLog.args).where(
        CommandLog.organization_id == task.envelope.actor.organization_id,
        CommandLog.subject_id == subject_id,
        CommandLog.name == name,
        CommandLog.status.in_(("applied", "merged")),
    )
    try:
        sent = msgspec.json.decode(task.envelope.args)
        earlier = [*(await batch.session.execute(statement)).scalars(), batch.done.get((name, subject_id))]
        return any(args is not None and msgspec.json.decode(args) == sent for args in earlier)
    except msgspec.DecodeError:
        return False


async def _handle(batch: Batch, task: Task, new_id: NewId) -> Verdict:
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
    if task.spec.is_fact and envelope.clock_is_odd:
        ctx.flag("clock_skew")
    if task.spec.is_fact and envelope.clock_set_back:
        ctx.flag("clock_set_back")
    if task.role_lost:
        ctx.flag("role_lost")
    await task.spec.handler(task.command, ctx)
    return Verdict("merged" if ctx.conflicts else "applied", flags=ctx.flags, conflicts=ctx.conflicts)
