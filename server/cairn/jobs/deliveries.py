"""Working off the outgoing tray: every row is claimed by one worker, tried, and tried again with growing pauses.

A claim moves `due_at` behind a lease: whoever dies with a row in hand leaves it to the next worker.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.jobs.mails import send_mail
from cairn.jobs.tidying import tidy
from cairn.kernel.deliveries import Delivery
from cairn.kernel.writer import NO_ORGANIZATION, Transactional
from cairn.modules.tickets.report_contents import number_of
from cairn.services import Services

logger = logging.getLogger(__name__)
PAGE = 10
LEASE = timedelta(minutes=10)
"""Longer than the work of a whole page may take."""
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True)
class Claimed:
    """A row that this worker alone works on until its lease ends; `attempts` counts this one."""

    organization_id: UUID
    id: UUID
    channel: str
    payload: dict[str, Any]
    attempts: int


Carry = Callable[[Services, Claimed], Awaitable[None]]


async def _judge_file(services: Services, claimed: Claimed) -> None:
    await services.judge.judge(claimed.organization_id, UUID(claimed.payload["file_id"]))


async def _give_file_up(services: Services, claimed: Claimed) -> None:
    await services.judge.give_up(claimed.organization_id, UUID(claimed.payload["file_id"]))


async def _mail(services: Services, claimed: Claimed) -> None:
    await send_mail(services.settings, claimed.payload)


async def _report(services: Services, claimed: Claimed) -> None:
    ticket_id, language = UUID(claimed.payload["ticket_id"]), claimed.payload["language"]
    number = number_of(ticket_id)
    mail = {
        "to": claimed.payload["to"],
        "template": "service_report",
        "locale": language,
        "number": number,
        "company": await services.reports.company(claimed.organization_id),
    }
    content = await services.reports.print(claimed.organization_id, ticket_id, language)
    await send_mail(services.settings, mail, (f"service-report-{number}.pdf", content))


async def _reset(services: Services, claimed: Claimed) -> None:
    await services.resets.send(claimed.payload["email"])


async def _tidy(services: Services, _claimed: Claimed) -> None:
    await tidy(services)


CARRIERS: Mapping[str, Carry] = {"mail": _mail, "report": _report, "reset": _reset, "file": _judge_file, "tidy": _tidy}
GIVE_UP: Mapping[str, Carry] = {"file": _give_file_up}
SCHEDULES: Mapping[str, tuple[UUID, timedelta]] = {"tidy": (UUID(int=1), timedelta(hours=1))}
"""What comes due again after it was done: the row that stands for it, and how often."""


async def carry_due(services: Services) -> int:
    """Try what is due, at most a page of it; returns how many were tried."""
    claimed = await _claim(services)
    await asyncio.gather(*(_carry(services, each) for each in claimed))
    return len(claimed)


async def _claim(services: Services) -> list[Claimed]:
    now = services.clock.now()
    due = select(Delivery).where(Delivery.due_at <= now).order_by(Delivery.due_at).limit(PAGE)
    async with services.database.reading() as connection:
        if (await connection.execute(due)).first() is None:
            return []

    async def claim(session: AsyncSession) -> list[Claimed]:
        rows = (await session.scalars(due.with_for_update(skip_locked=True))).all()
        for row in rows:
            row.attempts, row.due_at = row.attempts + 1, now + LEASE
        return [Claimed(row.organization_id, row.id, row.channel, row.payload, row.attempts) for row in rows]

    return await services.writer.submit(Transactional(NO_ORGANIZATION, claim))


async def _carry(services: Services, claimed: Claimed) -> None:
    error = await _try(CARRIERS[claimed.channel], services, claimed)
    now = services.clock.now()
    values: dict[str, Any] = {"error": error, "due_at": None}
    if claimed.channel in SCHEDULES:
        values |= {"due_at": now + SCHEDULES[claimed.channel][1], "attempts": 0}
    elif error is None:
        values |= {"sent_at": now}
    elif claimed.attempts < MOST_ATTEMPTS:
        values |= {"due_at": now + FIRST_PAUSE * 2 ** (claimed.attempts - 1)}
    elif claimed.channel in GIVE_UP:
        await _try(GIVE_UP[claimed.channel], services, claimed)

    async def note(session: AsyncSession) -> None:
        await session.execute(
            update(Delivery)
            .where(Delivery.organization_id == claimed.organization_id, Delivery.id == claimed.id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )

    await services.writer.submit(Transactional(claimed.organization_id, note))


async def _try(carry: Carry, services: Services, claimed: Claimed) -> str | None:
    """What stopped it, or None; nothing that one row does may stop the others."""
    try:
        await carry(services, claimed)
    except Exception as error:
        logger.warning("delivery %s by %s failed: %s", claimed.id, claimed.channel, type(error).__name__)
        return f"{type(error).__name__}: {error}"[:500]
    return None


async def ensure_schedules(services: Services) -> None:
    """Make the rows that stand for what is done again and again, where they are missing."""
    insert = sqlite.insert if services.database.is_sqlite else postgresql.insert
    common = {"organization_id": NO_ORGANIZATION, "payload": {}, "attempts": 0, "due_at": services.clock.now()}
    rows = [common | {"id": row_id, "channel": channel} for channel, (row_id, _) in SCHEDULES.items()]

    async def add(session: AsyncSession) -> None:
        await session.execute(insert(Delivery).values(rows).on_conflict_do_nothing())

    await services.writer.submit(Transactional(NO_ORGANIZATION, add))
