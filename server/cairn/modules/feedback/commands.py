"""Customers rate the service: facts, taken whatever the state, and flagged where they are odd."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import convert

from cairn.kernel.commands import Fact, command, handles, refers_to
from cairn.kernel.context import Context
from cairn.modules.accounts.shapes import Text
from cairn.modules.feedback.models import Rating
from cairn.modules.tickets.models import Satisfaction, Ticket
from cairn.modules.tickets.rules import HANDING_OVER, TraceEntry


@command("feedback.rate", permission="feedback.rate", creates=Rating)
class Rate(Fact, frozen=True):
    """How content the customer is, from 1 to 5, given on the technician's phone after the hand-over."""

    id: UUID
    ticket_id: Annotated[UUID, refers_to(Ticket)]
    satisfaction: Satisfaction
    solved: bool
    comment: Text | None = None


@handles(Rate)
async def rate(command: Rate, ctx: Context) -> None:
    ticket = await ctx.find(Ticket, command.ticket_id)
    handed_over_at = _handed_over_at(ctx, ticket)
    if ticket is None:
        ctx.flag("ticket_unknown")
    else:
        _check_presence(ctx, ticket, handed_over_at)
        earlier = await ctx.related(Rating.ticket_id, ticket)
        if any(each.handed_over_at == handed_over_at for each in earlier):
            ctx.flag("rating_repeated")
    ctx.create(
        Rating,
        command,
        user_id=ctx.actor.user_id,
        at=ctx.at,
        received_at=ctx.received_at,
        handed_over_at=handed_over_at,
        flags=list(ctx.flags),
    )


def _handed_over_at(ctx: Context, ticket: Ticket | None) -> datetime | None:
    """When the actor last handed the phone to the customer before now."""
    trace = convert(ticket.trace, list[TraceEntry]) if ticket is not None else []
    own = [each.at for each in trace if each.event in HANDING_OVER and each.by == ctx.actor.user_id]
    return max((at for at in own if at <= ctx.at), default=None)


def _check_presence(ctx: Context, ticket: Ticket, handed_over_at: datetime | None) -> None:
    if str(ctx.actor.user_id) not in {str(each["user_id"]) for each in ticket.work}:
        ctx.flag("rated_from_elsewhere")
    if handed_over_at is None:
        ctx.flag("not_handed_over")
