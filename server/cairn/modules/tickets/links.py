"""What stands behind a customer's link."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from cairn.kernel.database import Database
from cairn.kernel.errors import DomainError
from cairn.modules.identity.models import Organization, User
from cairn.modules.tickets.customer_view import CustomerView, view_of
from cairn.modules.tickets.models import Ticket, TicketLink
from cairn.modules.tickets.report_words import Language, language_of
from cairn.modules.tickets.sharing import is_valid, token_hash

LONGEST_TOKEN = 100


class LinkInvalid(DomainError):
    """There is no such link, or it has ended, or was taken back: nobody learns which."""

    code = "link_invalid"
    http_status = 404


@dataclass(frozen=True)
class Shared:
    """A valid link and what it shows."""

    link: TicketLink
    ticket_id: UUID
    view: CustomerView
    zone: ZoneInfo
    language: Language
    """The organization's, for who says nothing about theirs."""


async def find_link(database: Database, token: str, now: datetime) -> Shared:
    """Raises LinkInvalid."""
    statement = (
        select(TicketLink, Ticket, Organization)
        .join(Ticket, (Ticket.organization_id == TicketLink.organization_id) & (Ticket.id == TicketLink.ticket_id))
        .join(Organization, Organization.id == TicketLink.organization_id)
        .where(TicketLink.token_hash == token_hash(token[:LONGEST_TOKEN]), TicketLink.deleted_at.is_(None))
    )
    async with database.reading_session() as session:
        row = (await session.execute(statement)).first()
        if row is None or not is_valid(row[0], row[1], now):
            raise LinkInvalid()
        link, ticket, organization = row
        people = select(User.id, User.name).where(
            User.organization_id == ticket.organization_id, User.id == ticket.assigned_to
        )
        names = {row.id: row.name for row in (await session.execute(people)).all()}
    return Shared(
        link=link,
        ticket_id=ticket.id,
        view=view_of(ticket, organization.name, names),
        zone=ZoneInfo(organization.time_zone),
        language=language_of(organization.locale),
    )
