"""Asking goods back and deciding about it: decisions, judged by the state of now (features.md 152–154)."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, to_builtins

from cairn.kernel.commands import Decision, command, handles, refers_to
from cairn.kernel.context import Context
from cairn.kernel.errors import DomainError, NotFound, NotOwner
from cairn.modules.accounts.models import Account, Contact, account_bucket
from cairn.modules.accounts.shapes import Text
from cairn.modules.files.commands import expect_files
from cairn.modules.orders.commands import lines_of
from cairn.modules.orders.models import Order
from cairn.modules.orders.rules import MOST_LINES, Quantity
from cairn.modules.returns.models import MOST_PHOTOS, GoodsReturn
from cairn.modules.returns.recording import claims_on, take_step, tell_order, write_step
from cairn.modules.returns.rules import Outcome, Reason, ReturnLine, amount_of, returnable
from cairn.modules.tickets.models import Ticket

Words = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=r"\S")]


class TooManyToReturn(DomainError):
    """More than was delivered and is not back, or asked back, already. Params: `product`, `returnable`."""

    code = "return_too_many"


class OwnReturn(DomainError):
    """Nobody decides about what they asked for themself."""

    code = "return_own"
    http_status = 403


class AskedLine(Struct, frozen=True, forbid_unknown_fields=True):
    """How many of one line of the order are to come back."""

    line_id: UUID
    quantity: Quantity


@command("returns.request", permission="returns.request", creates=GoodsReturn)
class RequestReturn(Decision, frozen=True):
    """Ask that a customer may give goods of an order back."""

    id: UUID
    order_id: Annotated[UUID, refers_to(Order)]
    reason: Reason
    lines: Annotated[list[AskedLine], Meta(min_length=1, max_length=MOST_LINES)]
    note: Text | None = None
    contact_id: Annotated[UUID, refers_to(Contact, optional=True)] | None = None
    ticket_id: Annotated[UUID, refers_to(Ticket, optional=True)] | None = None
    photo_ids: Annotated[list[UUID], Meta(max_length=MOST_PHOTOS)] = []

    def __post_init__(self) -> None:
        if len({line.line_id for line in self.lines}) < len(self.lines):
            raise ValueError("a line is named twice")


@handles(RequestReturn)
async def request_return(command: RequestReturn, ctx: Context) -> None:
    order = await ctx.load(Order, command.order_id)
    await _check_own(ctx, Contact, command.contact_id, order.account_id)
    await _check_own(ctx, Ticket, command.ticket_id, order.account_id)
    await _check_reads(ctx, order, command.ticket_id)
    lines = await _judged(ctx, order, command.lines)
    made = ctx.create(
        GoodsReturn,
        command,
        account_id=order.account_id,
        account_name=order.account_name,
        order_number=order.number,
        currency=order.currency,
        lines=to_builtins(lines),
        amount_minor=amount_of(lines),
        received_amount_minor=0,
        photo_ids=[],
        state="requested",
        state_at=ctx.at,
        outcome=None,
        requested_at=ctx.at,
        requested_by=ctx.actor.user_id,
        steps=[],
    )
    hanging = await expect_files(ctx, made, command.photo_ids, order.account_id, made.buckets())
    made.photo_ids = [str(each) for each in hanging]
    write_step(ctx, made, "request")


async def _check_own(
    ctx: Context, model: type[Ticket] | type[Contact], record_id: UUID | None, account_id: UUID
) -> None:
    """What is named beside the order is the customer's own; raises NotFound."""
    if record_id is not None and (await ctx.load(model, record_id)).account_id != account_id:
        raise NotFound(kind=model.kind, id=str(record_id))


async def _check_reads(ctx: Context, order: Order, ticket_id: UUID | None) -> None:
    """Whoever may read the order, or has the job that it comes from, may ask; raises NotOwner."""
    account = await ctx.load(Account, order.account_id)
    readers = set(account.grants()[account_bucket(account.id)])
    ticket = await ctx.find(Ticket, ticket_id) if ticket_id else None
    has_job = ticket is not None and ctx.actor.user_id in ticket.people()
    if not has_job and not ctx.actor.may("returns.decide_any") and readers.isdisjoint(ctx.actor.principals):
        raise NotOwner(owner_id=str(account.owner_id), name=account.name)


async def _judged(ctx: Context, order: Order, asked: Sequence[AskedLine]) -> list[ReturnLine]:
    """The lines as the order knows them; raises NotFound and TooManyToReturn."""
    known = {line.id: line for line in lines_of(order)}
    others = await claims_on(ctx, order)
    lines = []
    for each in asked:
        line = known.get(each.line_id)
        if line is None:
            raise NotFound(kind="order_line", id=str(each.line_id))
        most = returnable(line.delivered, line.id, others)
        if each.quantity > most:
            raise TooManyToReturn(product=line.product_name, returnable=most)
        lines.append(
            ReturnLine(
                line_id=line.id,
                product_name=line.product_name,
                product_code=line.product_code,
                quantity=each.quantity,
                unit_price_minor=line.unit_price_minor,
            )
        )
    return lines


@command("returns.approve", permission="returns.decide")
class ApproveReturn(Decision, frozen=True):
    """Allow that the goods come back."""

    id: Annotated[UUID, refers_to(GoodsReturn)]
    comment: Text | None = None


@handles(ApproveReturn)
async def approve_return(command: ApproveReturn, ctx: Context) -> None:
    found = await _to_decide(ctx, command.id)
    take_step(ctx, found, "approve", text=command.comment)
    await tell_order(ctx, found)


@command("returns.reject", permission="returns.decide")
class RejectReturn(Decision, frozen=True):
    """Do not allow it, and say why."""

    id: Annotated[UUID, refers_to(GoodsReturn)]
    reason: Words


@handles(RejectReturn)
async def reject_return(command: RejectReturn, ctx: Context) -> None:
    take_step(ctx, await _to_decide(ctx, command.id), "reject", text=command.reason)


async def _to_decide(ctx: Context, return_id: UUID) -> GoodsReturn:
    """A return that the actor may decide about: never one's own; raises OwnReturn and NotOwner."""
    found = await ctx.load(GoodsReturn, return_id)
    if found.requested_by == ctx.actor.user_id:
        raise OwnReturn(id=str(found.id))
    if not ctx.actor.may("returns.decide_any"):
        account = await ctx.load(Account, found.account_id)
        ctx.require_line(account.owner_id, name=account.name)
    return found


@command("returns.withdraw", permission="returns.request")
class WithdrawReturn(Decision, frozen=True):
    """Give a request up that nothing has come of; whoever asked for it may, and who leads or decides."""

    id: Annotated[UUID, refers_to(GoodsReturn)]
    reason: Text | None = None


@handles(WithdrawReturn)
async def withdraw_return(command: WithdrawReturn, ctx: Context) -> None:
    found = await ctx.load(GoodsReturn, command.id)
    if not ctx.actor.may("returns.decide_any"):
        ctx.require_line(found.requested_by, name=found.account_name)
    take_step(ctx, found, "withdraw", text=command.reason)


@command("returns.settle", permission="returns.settle")
class SettleReturn(Decision, frozen=True):
    """The customer has the money, or other goods for these."""

    id: Annotated[UUID, refers_to(GoodsReturn)]
    outcome: Outcome
    comment: Text | None = None


@handles(SettleReturn)
async def settle_return(command: SettleReturn, ctx: Context) -> None:
    found = await ctx.load(GoodsReturn, command.id)
    take_step(ctx, found, "settle", text=command.comment, outcome=command.outcome)
    found.outcome = command.outcome
    await tell_order(ctx, found)
