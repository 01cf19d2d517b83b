"""Commands of those who take requests, give them out and call back: decisions, judged by the state of now."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from cairn.kernel.commands import Command, Decision, command, handles, refers_to
from cairn.kernel.conflicts import apply_edit
from cairn.kernel.context import Context
from cairn.kernel.errors import DomainError, NotFound
from cairn.modules.accounts.commands import NotActive
from cairn.modules.accounts.models import Account, Contact, Site
from cairn.modules.accounts.shapes import Moment, Name, Text, Title
from cairn.modules.files.commands import share_files
from cairn.modules.identity.models import User
from cairn.modules.identity.roles import permissions_of
from cairn.modules.tickets.models import Priority, Satisfaction, Source, Ticket, TicketType
from cairn.modules.tickets.recording import decide, entry_of, update_service
from cairn.modules.visits.commands import EARLIEST, LATEST, TimeOutOfRange

MOST_HELPERS = 10


class NotTechnician(DomainError):
    """Only who signs in at customers can be given a ticket."""

    code = "not_a_technician"
    http_status = 422


@command("tickets.create", permission="tickets.create", creates=Ticket)
class CreateTicket(Decision, frozen=True):
    """Take down what a customer asks for (features.md 135); anybody may for any customer of the directory."""

    id: UUID
    account_id: Annotated[UUID, refers_to(Account)]
    type: TicketType
    title: Name
    description: Text | None = None
    product: Title | None = None
    priority: Priority = "normal"
    source: Source = "staff"
    site_id: Annotated[UUID, refers_to(Site, optional=True)] | None = None
    contact_id: Annotated[UUID, refers_to(Contact, optional=True)] | None = None
    due_at: Moment | None = None


@handles(CreateTicket)
async def create_ticket(command: CreateTicket, ctx: Context) -> None:
    await _check_places(ctx, command.account_id, command.site_id, command.contact_id)
    _check_time(command.due_at)
    await open_ticket(ctx, command)


async def open_ticket(ctx: Context, command: CreateTicket, follows_id: UUID | None = None) -> None:
    """Take down a request, by whoever is asked or by a job that found something wrong; raises NotFound."""
    account = await ctx.load(Account, command.account_id)
    ctx.create(
        Ticket,
        command,
        account_name=account.name,
        status="new",
        status_at=ctx.at,
        helper_ids=[],
        created_at=ctx.at,
        created_by=ctx.actor.user_id,
        trace=[entry_of(ctx, "create", {})],
        work=[],
        photos=[],
        follows_id=follows_id,
    )
    await update_service(ctx, account.id)


async def _check_places(
    ctx: Context, account_id: UUID, site_id: UUID | UnsetType | None, contact_id: UUID | UnsetType | None
) -> None:
    """A site and a contact are the customer's own; raises NotFound."""
    places: tuple[tuple[type[Site] | type[Contact], UUID | UnsetType | None], ...] = (
        (Site, site_id),
        (Contact, contact_id),
    )
    for model, record_id in places:
        if isinstance(record_id, UUID):
            found = await ctx.load(model, record_id)
            if found.account_id != account_id:
                raise NotFound(kind=model.kind, id=str(record_id))


def _check_time(due_at: Moment | UnsetType | None) -> None:
    if due_at not in (None, UNSET) and not EARLIEST <= due_at <= LATEST:
        raise TimeOutOfRange(field="due_at")


class TicketFields(Command, frozen=True):
    """What can be edited of a ticket."""

    type: TicketType | UnsetType = UNSET
    title: Name | UnsetType = UNSET
    description: Text | None | UnsetType = UNSET
    product: Title | None | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    site_id: UUID | None | UnsetType = UNSET
    contact_id: UUID | None | UnsetType = UNSET
    due_at: Moment | None | UnsetType = UNSET


@command("tickets.edit", permission="tickets.edit")
class EditTicket(Decision, frozen=True):
    """Change what a ticket says."""

    id: Annotated[UUID, refers_to(Ticket)]
    set: TicketFields
    base: TicketFields


@handles(EditTicket)
async def edit_ticket(command: EditTicket, ctx: Context) -> None:
    ticket = await ctx.load(Ticket, command.id)
    await _check_places(ctx, ticket.account_id, command.set.site_id, command.set.contact_id)
    _check_time(command.set.due_at)
    apply_edit(ctx, ticket, command.set, command.base)


@command("tickets.assign", permission="tickets.assign")
class AssignTicket(Decision, frozen=True):
    """Give a ticket to a technician, who answers for it, and to others who help."""

    id: Annotated[UUID, refers_to(Ticket)]
    to_user_id: Annotated[UUID, refers_to(User)]
    helper_ids: Annotated[list[UUID], Meta(max_length=MOST_HELPERS)] = []


@handles(AssignTicket)
async def assign_ticket(command: AssignTicket, ctx: Context) -> None:
    ticket = await ctx.load(Ticket, command.id)
    helper_ids = [each for each in dict.fromkeys(command.helper_ids) if each != command.to_user_id]
    for user_id in (command.to_user_id, *helper_ids):
        user = await ctx.load(User, user_id)
        if not user.active:
            raise NotActive(user_id=str(user_id))
        if "tickets.sign_in" not in permissions_of(user.roles):
            raise NotTechnician(user_id=str(user_id))
    goes_on = ticket.assigned_to == command.to_user_id and ticket.status not in ("new", "reopened")
    ticket.assigned_to, ticket.helper_ids = command.to_user_id, [str(each) for each in helper_ids]
    await share_files(ctx, ticket, ticket.file_ids())
    await decide(ctx, ticket, "assign", stays=goes_on, to=command.to_user_id)


@command("tickets.call_back", permission="tickets.call_back")
class CallBack(Decision, frozen=True):
    """Ask the customer whether it is solved and how content they are, from 1 to 5 (features.md 145)."""

    id: Annotated[UUID, refers_to(Ticket)]
    solved: bool
    satisfaction: Satisfaction | None = None
    comment: Text | None = None


@handles(CallBack)
async def call_back(command: CallBack, ctx: Context) -> None:
    ticket = await ctx.load(Ticket, command.id)
    await decide(ctx, ticket, "call_back", text=command.comment, satisfaction=command.satisfaction)
    ticket.confirmed_solved, ticket.satisfaction = command.solved, command.satisfaction
    ticket.comment = command.comment


@command("tickets.close", permission="tickets.close")
class CloseTicket(Decision, frozen=True):
    """Nothing is left to do."""

    id: Annotated[UUID, refers_to(Ticket)]


@handles(CloseTicket)
async def close_ticket(command: CloseTicket, ctx: Context) -> None:
    await decide(ctx, await ctx.load(Ticket, command.id), "close")


@command("tickets.reopen", permission="tickets.reopen")
class ReopenTicket(Decision, frozen=True):
    """Something is left to do after all; what the customer said until now stays in the trace."""

    id: Annotated[UUID, refers_to(Ticket)]
    reason: Text | None = None


@handles(ReopenTicket)
async def reopen_ticket(command: ReopenTicket, ctx: Context) -> None:
    ticket = await ctx.load(Ticket, command.id)
    await decide(ctx, ticket, "reopen", text=command.reason)
    ticket.confirmed_solved = ticket.satisfaction = ticket.comment = None
    ticket.reopened_at = ticket.status_at


@command("tickets.cancel", permission="tickets.cancel")
class CancelTicket(Decision, frozen=True):
    """The request is given up before anybody worked on it."""

    id: Annotated[UUID, refers_to(Ticket)]
    reason: Text | None = None


@handles(CancelTicket)
async def cancel_ticket(command: CancelTicket, ctx: Context) -> None:
    await decide(ctx, await ctx.load(Ticket, command.id), "cancel", text=command.reason)
