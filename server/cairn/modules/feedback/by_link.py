"""The customer's answer by a link: one, and only once the job is done."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from cairn.kernel.commands import Decision, command, handles
from cairn.kernel.context import Actor, Context
from cairn.kernel.database import Database
from cairn.kernel.errors import DomainError
from cairn.modules.feedback.models import Rating
from cairn.modules.identity.roles import INTERNAL
from cairn.modules.tickets.models import Satisfaction, Ticket, TicketLink
from cairn.modules.tickets.rules import COMPLETED
from cairn.modules.tickets.sharing import holder_of, is_valid

Comment = Annotated[str, Meta(max_length=2_000)]


class RatingClosed(DomainError):
    """The job is not done (any more), or the link has ended meanwhile."""

    code = "rating_closed"


@command("feedback.rate_by_link", permission=INTERNAL, creates=Rating)
class RateByLink(Decision, frozen=True):
    """What the customer says on their own phone; the rating has the link's id, so that a link has one."""

    id: UUID
    satisfaction: Satisfaction
    solved: bool
    comment: Comment | None = None


@handles(RateByLink)
async def rate_by_link(command: RateByLink, ctx: Context) -> None:
    link = await ctx.load(TicketLink, command.id)
    ticket = await ctx.load(Ticket, link.ticket_id)
    if ticket.status not in COMPLETED or not is_valid(link, ticket, ctx.received_at):
        raise RatingClosed()
    ctx.create(Rating, command, ticket_id=ticket.id, user_id=None, at=ctx.at, received_at=ctx.received_at, flags=[])


class Answer(Struct, frozen=True):
    """The form as a browser sends it."""

    satisfaction: Satisfaction
    solved: Literal["yes", "no"]
    comment: Comment | None = None

    def command(self, link: TicketLink) -> tuple[Actor, RateByLink]:
        """What it means, and on whose behalf."""
        said = RateByLink(id=link.id, satisfaction=self.satisfaction, solved=self.solved == "yes", comment=self.comment)
        return holder_of(link), said


async def is_rated(database: Database, link: TicketLink) -> bool:
    async with database.reading_session() as session:
        return await session.get(Rating, (link.organization_id, link.id)) is not None
