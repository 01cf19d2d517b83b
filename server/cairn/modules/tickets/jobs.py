"""What technicians report from their jobs: facts, taken whatever the state, and flagged where they are odd."""

from typing import Annotated, Literal
from uuid import UUID

from cairn.kernel.commands import Fact, command, handles, refers_to
from cairn.kernel.context import Context
from cairn.modules.accounts.shapes import Position, Text
from cairn.modules.tickets.models import Ticket
from cairn.modules.tickets.recording import report
from cairn.modules.tickets.rules import Event

Outcome = Literal["done", "waiting_parts", "waiting_customer"]
LEAVES: dict[Outcome, Event] = {
    "done": "sign_out",
    "waiting_parts": "wait_for_parts",
    "waiting_customer": "wait_for_customer",
}


@command("tickets.accept", permission="tickets.accept")
class AcceptTicket(Fact, frozen=True):
    """Say that one will do it."""

    id: Annotated[UUID, refers_to(Ticket)]


@handles(AcceptTicket)
async def accept(command: AcceptTicket, ctx: Context) -> None:
    await report(ctx, command.id, "accept")


@command("tickets.on_my_way", permission="tickets.on_my_way")
class OnMyWay(Fact, frozen=True):
    """Set out for the customer."""

    id: Annotated[UUID, refers_to(Ticket)]
    position: Position | None = None


@handles(OnMyWay)
async def on_my_way(command: OnMyWay, ctx: Context) -> None:
    await report(ctx, command.id, "on_my_way", position=command.position)


@command("tickets.sign_in", permission="tickets.sign_in")
class SignIn(Fact, frozen=True):
    """Begin the service at the customer (features.md 140)."""

    id: Annotated[UUID, refers_to(Ticket)]
    position: Position | None = None


@handles(SignIn)
async def sign_in(command: SignIn, ctx: Context) -> None:
    await report(ctx, command.id, "sign_in", position=command.position)


@command("tickets.pause", permission="tickets.pause")
class PauseWork(Fact, frozen=True):
    """Stop for a while; the time does not count as service."""

    id: Annotated[UUID, refers_to(Ticket)]
    reason: Text | None = None


@handles(PauseWork)
async def pause(command: PauseWork, ctx: Context) -> None:
    await report(ctx, command.id, "pause", text=command.reason)


@command("tickets.resume", permission="tickets.resume")
class ResumeWork(Fact, frozen=True):
    """Go on after a pause."""

    id: Annotated[UUID, refers_to(Ticket)]


@handles(ResumeWork)
async def resume(command: ResumeWork, ctx: Context) -> None:
    await report(ctx, command.id, "resume")


@command("tickets.sign_out", permission="tickets.sign_out")
class SignOut(Fact, frozen=True):
    """End the service, with what was found and what comes next (features.md 141)."""

    id: Annotated[UUID, refers_to(Ticket)]
    report: Text
    outcome: Outcome = "done"
    solved: bool | None = None
    position: Position | None = None


@handles(SignOut)
async def sign_out(command: SignOut, ctx: Context) -> None:
    event = LEAVES[command.outcome]
    ticket = await report(ctx, command.id, event, text=command.report, position=command.position)
    if ticket is not None and (ticket.report is None or ctx.at >= ticket.status_at):
        ticket.report, ticket.solved = command.report, command.solved
