"""Service reports: a finished job as a PDF, from what the server holds of it now."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.database import Database
from cairn.kernel.errors import NotFound
from cairn.kernel.press import Press
from cairn.kernel.visibility import is_visible
from cairn.modules.accounts.models import Account, Contact, Site
from cairn.modules.files.models import File
from cairn.modules.files.storage import FileKey, FileStorage
from cairn.modules.identity.models import Organization, User
from cairn.modules.tickets.models import Ticket
from cairn.modules.tickets.report_contents import (
    MOST_PHOTOS,
    Inspection,
    Sources,
    contents_of,
    people_of,
    photos_of,
    picture_name,
)
from cairn.modules.tickets.report_words import Language
from cairn.modules.tickets.rules import COMPLETED
from cairn.modules.tickets.sharing import ReportNotReady
from cairnsync.clock import Clock

Inspect = Callable[[AsyncSession, Sources, Language], Awaitable[list[Inspection]]]
"""How a module above tells what was inspected on a job."""

TEMPLATE = Path(__file__).with_name("report.typ")


class Reports:
    """Reads what a report needs and has it printed."""

    def __init__(self, database: Database, storage: FileStorage, press: Press, clock: Clock, inspect: Inspect) -> None:
        self._inspect = inspect
        self._database = database
        self._storage = storage
        self._press = press
        self._clock = clock

    async def print(
        self, organization_id: UUID, ticket_id: UUID, language: Language, held: Mapping[int, str] | None = None
    ) -> bytes:
        """The PDF, where whoever holds these buckets may read the ticket; raises NotFound, ReportNotReady, NotPrinted.

        Without buckets nobody is asked: the caller has decided who gets it.
        """
        async with self._database.reading_session() as session:
            sources = await _read(session, organization_id, ticket_id, held)
            inspections = await self._inspect(session, sources, language)
        if sources.ticket.status not in COMPLETED:
            raise ReportNotReady(status=sources.ticket.status)
        contents = contents_of(sources, language, self._clock.now())
        contents.inspections = inspections
        pictures = await asyncio.to_thread(self._pictures, sources)
        contents.photos = [photo for photo in contents.photos if photo.name in pictures]
        return await self._press.print(TEMPLATE, contents, pictures)

    async def company(self, organization_id: UUID) -> str:
        """In whose name a report is sent."""
        async with self._database.reading() as connection:
            name = select(Organization.name).where(Organization.id == organization_id)
            return str((await connection.execute(name)).scalar_one())

    def _pictures(self, sources: Sources) -> dict[str, bytes]:
        """What the page shows, as far as the bytes are where they should be."""
        found = {}
        for photo in [each for each in photos_of(sources.ticket) if each.photo_id in sources.stored][:MOST_PHOTOS]:
            key = FileKey(organization_id=sources.ticket.organization_id, file_id=photo.photo_id)
            if self._storage.size(key, "screen") is not None:
                found[picture_name(photo.photo_id)] = b"".join(self._storage.read(key, "screen"))
        return found


async def _read(
    session: AsyncSession, organization_id: UUID, ticket_id: UUID, held: Mapping[int, str] | None
) -> Sources:
    statement = select(Ticket).where(
        Ticket.organization_id == organization_id, Ticket.id == ticket_id, Ticket.deleted_at.is_(None)
    )
    if held is not None:
        statement = statement.where(is_visible(Ticket, held))
    ticket = (await session.scalars(statement)).first()
    if ticket is None:
        raise NotFound(kind=Ticket.kind, id=str(ticket_id))
    organization = (await session.scalars(select(Organization).where(Organization.id == organization_id))).one()
    photo_ids = [photo.photo_id for photo in photos_of(ticket)]
    stored = select(File.id).where(
        File.organization_id == organization_id, File.id.in_(photo_ids), File.state == "stored"
    )
    people = select(User.id, User.name).where(User.organization_id == organization_id, User.id.in_(people_of(ticket)))
    return Sources(
        company=organization.name,
        zone=ZoneInfo(organization.time_zone),
        ticket=ticket,
        account=await _one(session, Account, organization_id, ticket.account_id),
        site=await _one(session, Site, organization_id, ticket.site_id),
        contact=await _one(session, Contact, organization_id, ticket.contact_id),
        names={row.id: row.name for row in (await session.execute(people)).all()},
        stored=frozenset((await session.scalars(stored)).all()),
    )


async def _one(session: AsyncSession, model: Any, organization_id: UUID, record_id: UUID | None) -> Any:
    return await session.get(model, (organization_id, record_id)) if record_id is not None else None
