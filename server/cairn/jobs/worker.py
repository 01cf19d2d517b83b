"""The worker: one loop that wakes at pokes and every few seconds, and does what is due."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.jobs.actors import server_of
from cairn.jobs.deliveries import carry_due, ensure_schedules
from cairn.jobs.retries import retry_due
from cairn.kernel.access import OrganizationHead
from cairn.kernel.commands import registry
from cairn.kernel.documents import FeedRow
from cairn.kernel.envelopes import Envelope, Verdict
from cairn.kernel.heads import lock_head
from cairn.kernel.reactions import ReactionMark, followed_kinds, reactions_to
from cairn.kernel.sightings import write_sightings
from cairn.kernel.writer import NO_ORGANIZATION, Transactional
from cairn.services import Services

logger = logging.getLogger(__name__)
IDLE_S = 5.0
BREATH_S = 0.2
"""How long after a commit the worker waits for further ones before it looks at them."""
MOST_ORGANIZATIONS = 1_000
"""Looked through at a time."""
PAGE = 200
LONGEST_UNMARKED = 1_000


@dataclass
class _FollowUp:
    """The commands that follow from a stretch of the feed, and the mark that is moved with them."""

    organization_id: UUID
    envelopes: Sequence[Envelope]
    since_seq: int
    until_seq: int
    key: UUID | None = None
    mark: int = 0
    """Where the mark stood before: beyond `since_seq`, another process has done this already."""

    @property
    def size(self) -> int:
        return len(self.envelopes)

    async def prepare(self, session: AsyncSession) -> Sequence[Envelope]:
        await lock_head(session, self.organization_id)
        found = await session.get(ReactionMark, self.organization_id, populate_existing=True)
        self.mark = found.seq if found is not None else 0
        return self.envelopes if self.mark <= self.since_seq else ()

    async def finish(self, session: AsyncSession, verdicts: Sequence[Verdict]) -> int:
        """How far the organization's changes were reacted to, by this process or another."""
        if self.mark > self.since_seq:
            return self.mark
        for envelope, verdict in zip(self.envelopes, verdicts, strict=True):
            if verdict.status in ("rejected", "parked"):
                logger.warning("reaction %s came to %s (%s)", envelope.name, verdict.status, verdict.code)
        await session.merge(ReactionMark(organization_id=self.organization_id, seq=self.until_seq))
        await session.flush()
        return self.until_seq


class Worker:
    """Reactions and deliveries: as many server processes may have one as there are."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._seen: dict[UUID, int] = {}
        """How far each feed was looked through; the mark in the database moves only when something follows."""
        self._after = NO_ORGANIZATION
        """The organization up to which this round has come."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        has_schedules = False
        while not self._stopping.is_set():
            try:
                if not has_schedules:
                    await ensure_schedules(self._services)
                    has_schedules = True
                worked = await self.work_once()
            except Exception:
                logger.exception("the worker failed and tries again")
                worked = False
            if not worked:
                await self._wait()

    async def _wait(self) -> None:
        """Until somebody wrote, the time is up, or the server stops."""
        stopping = asyncio.ensure_future(self._stopping.wait())
        poked = asyncio.ensure_future(self._services.hub.any_poke.wait())
        await asyncio.wait({stopping, poked}, timeout=IDLE_S, return_when=asyncio.FIRST_COMPLETED)
        if poked.done():  # who writes, writes more: look once for all of it
            await asyncio.wait({stopping}, timeout=BREATH_S)
        stopping.cancel()
        poked.cancel()
        self._services.hub.any_poke.clear()

    async def work_once(self) -> bool:
        """React to what was committed, then try again and send what is due; whether there may be more."""
        behind = await self._behind()
        reacted = [await self._react(organization_id, *span) for organization_id, span in behind.items()]
        retried = await retry_due(self._services)
        carried = await carry_due(self._services)
        await self._write_sightings()
        return any(reacted) or retried + carried > 0 or self._after != NO_ORGANIZATION

    async def _write_sightings(self) -> None:
        for organization_id, sightings in self._services.sightings.take().items():
            write = partial(write_sightings, sightings=sightings)
            await self._services.writer.submit(Transactional(organization_id, write))

    async def _behind(self) -> dict[UUID, tuple[int, int]]:
        """Of the next organizations those whose head is past what was looked through: (since, until)."""
        statement = (
            select(OrganizationHead.organization_id, OrganizationHead.seq, ReactionMark.seq)
            .outerjoin(ReactionMark, ReactionMark.organization_id == OrganizationHead.organization_id)
            .where(OrganizationHead.organization_id > self._after)
            .order_by(OrganizationHead.organization_id)
            .limit(MOST_ORGANIZATIONS)
        )
        async with self._services.database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        self._after = rows[-1][0] if len(rows) == MOST_ORGANIZATIONS else NO_ORGANIZATION
        spans = {row[0]: (max(self._seen.get(row[0], 0), row[2] or 0), row[1]) for row in rows}
        return {organization_id: span for organization_id, span in spans.items() if span[0] < span[1]}

    async def _react(self, organization_id: UUID, since: int, until: int) -> bool:
        statement = (
            select(FeedRow.kind, FeedRow.seq, FeedRow.envelope)
            .where(FeedRow.organization_id == organization_id, FeedRow.removed.is_(False))
            .where(FeedRow.seq > since, FeedRow.seq <= until, FeedRow.kind.in_(followed_kinds()))
            .order_by(FeedRow.seq)
            .limit(PAGE)
        )
        async with self._services.database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        if len(rows) == PAGE:
            until = rows[-1].seq
        documents = {seq: (kind, envelope) for kind, seq, envelope in rows}
        commands = [
            command
            for kind, envelope in documents.values()
            for command in reactions_to(kind, msgspec.json.decode(envelope)[4])
        ]
        actor = server_of(organization_id)
        envelopes = [
            self._services.dispatcher.envelope(
                actor, registry.by_shape[type(command)].name, msgspec.json.encode(command), "job"
            )
            for command in commands
        ]
        if envelopes or until - since > LONGEST_UNMARKED:
            follow_up = _FollowUp(organization_id, envelopes, since, until)
            until = await self._services.writer.submit(follow_up)
        self._seen[organization_id] = until
        return len(rows) == PAGE
