"""What goes out to customers: the report by mail, and links.

Who holds a link sees where the request stands, without an account, until the link ends. The phone makes its token and
tells the digest alone (docs/decisions/0026): a link can be handed out without a network.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid5

from msgspec import Meta

from cairn.kernel.commands import Decision, command, handles, refers_to
from cairn.kernel.context import Actor, Context
from cairn.kernel.deliveries import Delivery, deliver
from cairn.kernel.errors import AlreadyExists, DomainError, NotPermitted
from cairn.modules.accounts.models import Account, Contact
from cairn.modules.files.commands import Sha256
from cairn.modules.identity.roles import INTERNAL
from cairn.modules.tickets.models import Ticket, TicketLink
from cairn.modules.tickets.report_words import Language
from cairn.modules.tickets.rules import COMPLETED, OPEN

MOST_LINKS = 20
"""Of one ticket, those that were taken back included."""
VALID_AFTER_END = timedelta(days=30)
LONGEST_VALID = timedelta(days=365)
MOST_MAILS = 10
"""Reports of one ticket that are in the outgoing tray or left it in the last 30 days."""
Recipient = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s\0,;<>\"]+@[^@\s\0,;<>\"]+\Z")]


class LinksFull(DomainError):
    """The ticket has had more links than one may have. Params: `limit`."""

    code = "ticket_links_full"


class ReportNotReady(DomainError):
    """There is no report before the job is done. Params: `status`."""

    code = "report_not_ready"


class RecipientMissing(DomainError):
    """Nobody was named, and the ticket's contact has no address."""

    code = "recipient_missing"
    http_status = 422


class MailsFull(DomainError):
    """The ticket's report was sent as often as it may be for now. Params: `limit`."""

    code = "report_mails_full"


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


@command("tickets.send_report", permission="tickets.share")
class SendReport(Decision, frozen=True):
    """Mail the service report to the customer: to the address that is given, or that of the ticket's contact."""

    id: Annotated[UUID, refers_to(Ticket)]
    language: Language
    to: Recipient | None = None


@handles(SendReport)
async def send_report(command: SendReport, ctx: Context) -> None:
    ticket = await ctx.load(Ticket, command.id)
    await require_part(ctx, ticket)
    if ticket.status not in COMPLETED:
        raise ReportNotReady(status=ticket.status)
    contact = await ctx.find(Contact, ticket.contact_id) if ticket.contact_id else None
    to = command.to or (contact.email if contact is not None else None)
    if not to:
        raise RecipientMissing()
    payload = {"ticket_id": str(ticket.id), "to": to, "language": command.language}
    for number in range(MOST_MAILS):
        delivery_id = uuid5(ticket.id, f"report {number}")
        if await ctx.session.get(Delivery, (ctx.organization_id, delivery_id)) is None:
            return deliver(ctx.session, ctx.organization_id, delivery_id, "report", payload, ctx.received_at)
    raise MailsFull(limit=MOST_MAILS)


async def require_part(ctx: Context, ticket: Ticket) -> None:
    """Only who dispatches, does or took down the ticket, or leads the customer's owner, gives it away."""
    actor = ctx.actor
    if actor.may("tickets.assign") or actor.user_id in {*ticket.people(), ticket.created_by}:
        return
    account = await ctx.find(Account, ticket.account_id)
    if account is None or not actor.leads(account.owner_id):
        raise NotPermitted(permission="tickets.share")
