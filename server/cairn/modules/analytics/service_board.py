"""The after-sales board: what was asked for, done and answered, counted by the database (features.md 146, 148, 149)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.modules.feedback.models import Rating
from cairn.modules.tickets.models import Ticket, TicketType
from cairn.modules.tickets.rules import COMPLETED

LEVELS = (1, 2, 3, 4, 5)


class ServiceCount(Struct, kw_only=True):
    """The tickets of one type that one person answers for; `user_id` is null where nobody does yet."""

    user_id: UUID | None
    type: TicketType
    asked: int
    completed: int
    reopened: int
    answered: int
    """Customers said whether it is solved."""
    solved: int
    """And said yes (F-17: solved ÷ answered)."""
    satisfaction: list[int]
    """How many gave 1, 2, 3, 4 and 5."""


async def service_counts(
    session: AsyncSession, organization_id: UUID, since: datetime, until: datetime
) -> list[ServiceCount]:
    """Tickets that were taken down from `since` on and before `until`, by person and type.

    Of each ticket one answer counts: the call-back's, else the customer's own by link, else the first that was given
    on the technician's phone; and none from before the ticket was last reopened (docs/decisions/0024).
    """
    given = _ratings(organization_id)
    counts_now = and_(given.c.at.is_not(None), or_(Ticket.reopened_at.is_(None), given.c.at > Ticket.reopened_at))
    solved = func.coalesce(Ticket.confirmed_solved, case((counts_now, given.c.solved)))
    marks = func.coalesce(Ticket.satisfaction, case((counts_now, given.c.satisfaction)))
    statement = (
        select(
            Ticket.assigned_to,
            Ticket.type,
            func.count(),
            _how_many(Ticket.status.in_(sorted(COMPLETED))),
            _how_many(Ticket.reopened_at.is_not(None)),
            _how_many(solved.is_not(None)),
            _how_many(solved.is_(True)),
            *(_how_many(marks == level) for level in LEVELS),
        )
        .outerjoin(given, and_(given.c.ticket_id == Ticket.id, given.c.place == 1))
        .where(
            Ticket.organization_id == organization_id,
            Ticket.created_at >= since,
            Ticket.created_at < until,
            Ticket.deleted_at.is_(None),
        )
        .group_by(Ticket.assigned_to, Ticket.type)
        .order_by(Ticket.assigned_to, Ticket.type)
    )
    return [
        ServiceCount(
            user_id=user_id,
            type=kind,
            asked=asked,
            completed=completed,
            reopened=reopened,
            answered=answered,
            solved=yes,
            satisfaction=list(levels),
        )
        for user_id, kind, asked, completed, reopened, answered, yes, *levels in await session.execute(statement)
    ]


def _ratings(organization_id: UUID) -> Any:
    """Ratings in the order in which they count, each ticket's from 1 on.

    What came on a phone that nobody had handed over is not a customer's.
    """
    by_link = Rating.user_id.is_(None)
    order = (case((by_link, 0), else_=1), Rating.handed_over_at.desc().nulls_last(), Rating.at)
    place = func.row_number().over(partition_by=Rating.ticket_id, order_by=order).label("place")
    return (
        select(Rating.ticket_id, Rating.at, Rating.solved, Rating.satisfaction, place)
        .where(
            Rating.organization_id == organization_id,
            Rating.deleted_at.is_(None),
            or_(by_link, Rating.handed_over_at.is_not(None)),
        )
        .subquery()
    )


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))
