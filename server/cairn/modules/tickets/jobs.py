"""What technicians report from their jobs: facts, taken whatever the state, and flagged where they are odd."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import convert, to_builtins

from cairn.kernel.commands import Fact, command, handles, refers_to
from cairn.kernel.context import Context
from cairn.modules.accounts.shapes import Name, Position, Text
from cairn.modules.files.commands import Sha256, expect_files
from cairn.modules.tickets.models import Handover, Ticket, TicketPhoto
from cairn.modules.tickets.recording import is_given_to_actor, keep_as_note, report
from cairn.modules.tickets.rules import Event, TraceEntry, is_handed_over
from cairn.modules.tickets.signing import MOST_PHOTOS, MOST_POINTS, Caption, PhotoMoment, Shown, Strokes, signed_hash

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


@command("tickets.add_photo", permission="tickets.add_photo")
class AddPhoto(Fact, frozen=True):
    """Show how it was before the service, or is after it."""

    id: Annotated[UUID, refers_to(Ticket)]
    photo_id: UUID
    moment: PhotoMoment
    caption: Caption | None = None


@handles(AddPhoto)
async def add_photo(command: AddPhoto, ctx: Context) -> None:
    ticket = await ctx.find(Ticket, command.id)
    if ticket is not None and command.photo_id in ticket.file_ids():
        return
    if ticket is None:
        ctx.flag("ticket_unknown")
    elif len(ticket.photos) >= MOST_PHOTOS:
        ctx.flag("ticket_photos_full")
    if ticket is None or len(ticket.photos) >= MOST_PHOTOS:
        await keep_as_note(ctx, command.id, ticket, command.caption or "add_photo", [command.photo_id])
        return
    is_given_to_actor(ctx, ticket)
    if await expect_files(ctx, ticket, [command.photo_id], ticket.account_id, ticket.buckets()):
        photo = TicketPhoto(
            photo_id=command.photo_id,
            moment=command.moment,
            caption=command.caption,
            by=ctx.actor.user_id,
            at=ctx.at,
        )
        ticket.photos = [*ticket.photos, to_builtins(photo)]


@command("tickets.hand_over", permission="tickets.hand_over")
class HandOver(Fact, frozen=True):
    """Show the customer what was done, who signs for it, or would not; `signed_by` and `signature_id` are theirs."""

    id: Annotated[UUID, refers_to(Ticket)]
    shown: Shown
    signed_hash: Sha256 | None = None
    signed_by: Name | None = None
    signature_id: UUID | None = None
    strokes: Strokes = []
    refused: bool = False
    reason: Text | None = None

    def __post_init__(self) -> None:
        if sum(map(len, self.strokes)) > MOST_POINTS:
            raise ValueError(f"a signature has at most {MOST_POINTS} points")


@handles(HandOver)
async def hand_over(command: HandOver, ctx: Context) -> None:
    if not command.refused and (command.id, command.signed_hash) != (
        command.shown.ticket_id,
        signed_hash(command.shown),
    ):
        ctx.flag("signed_hash_differs")
    known = await ctx.find(Ticket, command.id)
    if known is not None and _signed_before(known, ctx):
        ctx.flag("handed_over_again")
    signature = [command.signature_id] if command.signature_id else []
    event: Event = "hand_over_refused" if command.refused else "hand_over"
    ticket = await report(ctx, command.id, event, signature, text=command.reason or command.signed_by)
    if ticket is None:
        return
    hanging = await expect_files(ctx, ticket, signature, ticket.account_id, ticket.buckets())
    if ticket.handover is not None and ctx.at < convert(ticket.handover, Handover).at:
        return
    said = {name: getattr(command, name) for name in command.__struct_fields__ if name not in ("id", "signature_id")}
    signed = Handover(at=ctx.at, by=ctx.actor.user_id, signature_id=hanging[0] if hanging else None, **said)
    ticket.handover = to_builtins(signed)


def _signed_before(ticket: Ticket, ctx: Context) -> bool:
    """Whether somebody signed already for what is handed over now."""
    own = (ctx.at, ctx.actor.user_id)
    trace = convert(ticket.trace, list[TraceEntry])
    return is_handed_over((each for each in trace if (each.at, each.by) != own), ctx.at)
