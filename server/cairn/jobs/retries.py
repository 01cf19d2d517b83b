"""Parked mutations, tried again when they are due: each in a submission of its own, under its own rights of now."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.jobs.actors import server_of
from cairn.kernel.context import Actor
from cairn.kernel.envelopes import Envelope, Verdict
from cairn.kernel.heads import lock_head
from cairn.kernel.log import CommandLog
from cairn.kernel.parked import Dismissed, ParkedMutation
from cairn.modules.identity.people import find_actor
from cairn.services import Services

logger = logging.getLogger(__name__)
PAGE = 50


@dataclass
class _Retry:
    """One parked mutation; nothing is done if somebody else was quicker."""

    actor: Actor
    log_id: UUID
    now: datetime
    key: UUID | None
    size: int = 1

    @property
    def organization_id(self) -> UUID:
        return self.actor.organization_id

    async def prepare(self, session: AsyncSession) -> Sequence[Envelope]:
        await lock_head(session, self.organization_id)
        key = (self.organization_id, self.log_id)
        parked = await session.get(ParkedMutation, key, populate_existing=True)
        log = await session.get(CommandLog, key, populate_existing=True)
        if parked is None or log is None or parked.due_at is None or parked.due_at > self.now:
            return ()
        return [_envelope(self.actor, parked, log, self.now)]

    async def finish(self, session: AsyncSession, verdicts: Sequence[Verdict]) -> None:
        for verdict in verdicts:
            logger.info("parked mutation %s came to %s (%s)", self.log_id, verdict.status, verdict.code)


def _envelope(actor: Actor, parked: ParkedMutation, log: Any, now: datetime) -> Envelope:
    """The mutation as it came the first time, with its times and its numbers."""
    return Envelope(
        actor=actor,
        name=log.name,
        version=log.version,
        args=log.args,
        received_at=log.received_at,
        source=log.source,
        at=log.at,
        skew=timedelta(milliseconds=parked.skew_ms),
        device_id=log.device_id,
        seq=log.seq,
        fault=Dismissed() if parked.state == "dismissed" else None,
        log_id=log.id,
        retried_at=now,
    )


async def retry_due(services: Services) -> int:
    """Try every parked mutation that is due, in the order in which they came; returns how many were tried."""
    now = services.clock.now()
    columns = (
        ParkedMutation.organization_id,
        ParkedMutation.id,
        ParkedMutation.author_id,
        ParkedMutation.device_id,
        ParkedMutation.source,
    )
    statement = (
        select(*columns)
        .where(ParkedMutation.due_at <= now)
        .order_by(ParkedMutation.received_at, ParkedMutation.seq)
        .limit(PAGE)
    )
    async with services.database.reading() as connection:
        due = (await connection.execute(statement)).all()
    for row in due:
        actor = server_of(row.organization_id)
        if row.source == "push":
            actor = await find_actor(services.database, row.organization_id, row.author_id)
        await services.writer.submit(_Retry(actor, row.id, now, row.device_id))
    return len(due)
