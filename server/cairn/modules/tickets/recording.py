"""How a ticket takes a step: the trace is written, the time summed, and the customer opened or closed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import convert, to_builtins

from cairn.kernel.context import Context
from cairn.kernel.errors import DomainError
from cairn.modules.accounts.keeping import keep_beside
from cairn.modules.accounts.models import Account
from cairn.modules.accounts.serving import serve
from cairn.modules.tickets.models import Ticket
from cairn.modules.tickets.rules import (
    HANDING_OVER,
    ON_SITE,
    OPEN,
    TRANSITIONS,
    Event,
    TraceEntry,
    WorkSession,
    state_after,
    work_of,
)

LONGEST_TRACE = 200
"""Steps of one ticket; what is reported beyond is kept as notes beside it."""


class TicketState(DomainError):
    """The ticket has moved on, and this step does not follow from where it is now. Params: `status`, `event`."""

    code = "ticket_state"


class TraceFull(DomainError):
    """The ticket has had more steps than one may have."""

    code = "ticket_trace_full"


async def report(
    ctx: Context, ticket_id: UUID, event: Event, file_ids: Sequence[UUID] = (), **said: Any
) -> Ticket | None:
    """Take down what happened on a job, whatever the state; None when there is no ticket to take it down in."""
    ticket = await ctx.find(Ticket, ticket_id)
    if ticket is None:
        ctx.flag("ticket_unknown")
    elif _is_known(ctx, ticket, event, said.get("text")):
        return ticket
    elif len(ticket.trace) >= LONGEST_TRACE:
        ctx.flag("ticket_trace_full")
    if ticket is None or len(ticket.trace) >= LONGEST_TRACE:
        await keep_as_note(ctx, ticket_id, ticket, said.get("text") or event, file_ids)
        return None
    is_given = is_given_to_actor(ctx, ticket)
    is_late = ctx.at < ticket.status_at
    if TRANSITIONS[event][ticket.status] is None and not is_late:
        ctx.flag("out_of_order")
    work = _write(ctx, ticket, event, said)
    if any((each.signed_in_at, each.user_id, each.signed_out_at) == (None, ctx.actor.user_id, ctx.at) for each in work):
        ctx.flag("sign_in_missing")
    following = state_after(ticket.status, event, work)
    # Who is there is there; but only those to whom it is given say that it is accepted and under way.
    moves = event not in HANDING_OVER and (is_given or event in ON_SITE)
    if following is not None and not is_late and moves:
        ticket.status, ticket.status_at = following, ctx.at
    return ticket


def is_given_to_actor(ctx: Context, ticket: Ticket) -> bool:
    """Whether the job is the actor's; flags when it is not."""
    is_given = ctx.actor.user_id in ticket.people()
    if not is_given:
        ctx.flag("not_assigned")
    return is_given


async def decide(ctx: Context, ticket: Ticket, event: Event, *, stays: bool = False, **said: Any) -> None:
    """Take a step that is judged by the state of now; raises TicketState, TraceFull."""
    following = TRANSITIONS[event][ticket.status]
    if following is None:
        raise TicketState(status=ticket.status, event=event)
    if len(ticket.trace) >= LONGEST_TRACE:
        raise TraceFull(id=str(ticket.id))
    _write(ctx, ticket, event, said)
    if not stays:
        ticket.status, ticket.status_at = following, max(ctx.at, ticket.status_at)
    await update_service(ctx, ticket.account_id)


async def update_service(ctx: Context, account_id: UUID) -> None:
    """Let those read the customer who have an open ticket there now."""
    account = await ctx.load(Account, account_id)
    tickets = [each for each in await ctx.related(Ticket.account_id, account) if each.status in OPEN]
    serve(account, {user_id for each in tickets for user_id in each.people()} if tickets else None)


def entry_of(ctx: Context, event: Event, said: dict[str, Any]) -> dict[str, Any]:
    entry = TraceEntry(
        event=event,
        at=ctx.at,
        by=ctx.actor.user_id,
        received_at=ctx.received_at,
        flags=list(ctx.flags),
        **said,
    )
    plain: dict[str, Any] = to_builtins(entry)
    return plain


def _write(ctx: Context, ticket: Ticket, event: Event, said: dict[str, Any]) -> list[WorkSession]:
    ticket.trace = [*ticket.trace, entry_of(ctx, event, said)]
    work = work_of(convert(ticket.trace, list[TraceEntry]))
    ticket.work = to_builtins(work)
    return work


def _is_known(ctx: Context, ticket: Ticket, event: Event, text: str | None) -> bool:
    """The same news under another number: a phone tells again what a restored server has forgotten."""
    step = (event, ctx.at, ctx.actor.user_id, text)
    return any(step == (each.event, each.at, each.by, each.text) for each in convert(ticket.trace, list[TraceEntry]))


async def keep_as_note(
    ctx: Context, ticket_id: UUID, ticket: Ticket | None, text: str, file_ids: Sequence[UUID] = ()
) -> None:
    """Keep beside the ticket what it cannot hold, with its files."""
    await keep_beside(
        ctx,
        Ticket.kind,
        ticket_id,
        account_id=ticket.account_id if ticket is not None else None,
        audience=ticket.buckets() if ticket is not None else (),
        text=text,
        file_ids=file_ids,
    )
