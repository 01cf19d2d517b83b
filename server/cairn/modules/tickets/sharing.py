"""Links for customers: who holds one sees where the request stands, without an account, until the link ends.

The phone makes the token and tells its digest alone (docs/decisions/0026): a link can be handed out without a network.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from cairn.kernel.commands import Decision, command, handles, refers_to
from cairn.kernel.context import Actor, Context
from cairn.kernel.errors import AlreadyExists, DomainError, NotPermitted
from cairn.modules.accounts.models import Account
from cairn.modules.files.commands import Sha256
from cairn.modules.identity.roles import INTERNAL
from cairn.modules.tickets.models import Ticket, TicketLink
from cairn.modules.tickets.rules import OPEN

MOST_LINKS = 20
"""Of one ticket, those that were taken back included."""
VALID_AFTER_END = timedelta(days=30)
LONGEST_VALID = timedelta(days=365)


class LinksFull(DomainError):
    """The ticket has had more links than one may have. Params: `limit`."""

    code = "ticket_links_full"


def token_hash(token: str) -> str:
    """How a token is known here: SHA-256 in hex, as the phone computes it."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_valid(link: TicketLink, ticket: Ticket, now: datetime) -> bool:
    """Whether a link still shows anything: 30 days beyond the ticket's end, a year at most, unless taken back."""
    has_ended = ticket.status not in OPEN and now >= ticket.status_at + VALID_AFTER_END
    return not (has_ended or link.revoked_at or ticket.deleted_at or now >= link.created_at + LONGEST_VALID)


def holder_of(link: TicketLink) -> Actor:
    """On whose behalf something happens that came by a link: nobody who signs in."""
    return Actor(link.id, link.organization_id, (), frozenset({INTERNAL}), frozenset())


@command("tickets.share", permission="tickets.share", creates=TicketLink)
class ShareTicket(Decision, frozen=True):
    """Make a link for the customer, of which the server learns the SHA-256 of its token alone."""

    id: UUID
    ticket_id: Annotated[UUID, refers_to(Ticket)]
    token_hash: Sha256


@handles(ShareTicket)
async def share_ticket(command: ShareTicket, ctx: Context) -> None:
    ticket = await ctx.load(Ticket, command.ticket_id)
    await require_part(ctx, ticket)
    if len(await ctx.related(TicketLink.ticket_id, ticket)) >= MOST_LINKS:
        raise LinksFull(limit=MOST_LINKS)
    if await ctx.is_taken(TicketLink.token_hash, command.token_hash):
        raise AlreadyExists(kind=TicketLink.kind, id=str(command.id))
    ctx.create(
        TicketLink, command, account_id=ticket.account_id, created_by=ctx.actor.user_id, created_at=ctx.received_at
    )


@command("tickets.unshare", permission="tickets.share")
class UnshareTicket(Decision, frozen=True):
    """Take a link back: from now on it shows nothing."""

    id: Annotated[UUID, refers_to(TicketLink)]


@handles(UnshareTicket)
async def unshare_ticket(command: UnshareTicket, ctx: Context) -> None:
    link = await ctx.load(TicketLink, command.id)
    await require_part(ctx, await ctx.load(Ticket, link.ticket_id))
    link.revoked_at = link.revoked_at or ctx.received_at


async def require_part(ctx: Context, ticket: Ticket) -> None:
    """Only who dispatches, does or took down the ticket, or leads the customer's owner, gives it away."""
    actor = ctx.actor
    if actor.may("tickets.assign") or actor.user_id in {*ticket.people(), ticket.created_by}:
        return
    account = await ctx.find(Account, ticket.account_id)
    if account is None or not actor.leads(account.owner_id):
        raise NotPermitted(permission="tickets.share")
