"""Goods that really came: a fact, taken whatever the state, and flagged where nobody had allowed it."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, convert, to_builtins
from msgspec.structs import replace

from cairn.kernel.commands import Fact, command, handles, refers_to
from cairn.kernel.context import Context
from cairn.modules.accounts.keeping import keep_beside
from cairn.modules.accounts.shapes import Text
from cairn.modules.files.commands import expect_files
from cairn.modules.orders.commands import lines_of
from cairn.modules.orders.models import Order
from cairn.modules.orders.rules import MOST_LINES, Quantity
from cairn.modules.returns.models import MOST_PHOTOS, RETURNS_BUCKET, GoodsReturn
from cairn.modules.returns.recording import return_lines_of, steps_of, tell_order, write_step
from cairn.modules.returns.rules import (
    TRANSITIONS,
    Condition,
    Goods,
    received_amount_of,
    received_of,
)

MOST_STEPS = 60
"""Of one return; goods that come beyond are kept as notes beside it."""


class CameBack(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many of a line came, and how they look."""

    line_id: UUID
    quantity: Quantity
    condition: Condition


@command("returns.receive", permission="returns.receive")
class ReceiveReturn(Fact, frozen=True):
    """Goods have come, allowed or not; `order_id` says whose they are where the server does not know the return."""

    id: Annotated[UUID, refers_to(GoodsReturn)]
    goods: Annotated[list[CameBack], Meta(min_length=1, max_length=2 * MOST_LINES)]
    order_id: Annotated[UUID, refers_to(Order, optional=True)] | None = None
    note: Text | None = None
    photo_ids: Annotated[list[UUID], Meta(max_length=MOST_PHOTOS)] = []


@handles(ReceiveReturn)
async def receive_return(command: ReceiveReturn, ctx: Context) -> None:
    found = await ctx.find(GoodsReturn, command.id)
    if found is None:
        ctx.flag("return_unknown")
    elif _is_known(ctx, found, command):
        return
    elif len(found.steps) >= MOST_STEPS:
        ctx.flag("return_steps_full")
    if found is None or len(found.steps) >= MOST_STEPS:
        await _keep_as_note(ctx, found, command)
        return
    following = TRANSITIONS["receive"][found.state]
    _flag_oddities(ctx, found, command)
    hanging = await expect_files(ctx, found, command.photo_ids, found.account_id, found.buckets())
    write_step(ctx, found, "receive", goods=goods_of(command), text=command.note, photo_ids=hanging)
    steps = steps_of(found)
    lines = [replace(line, received=received_of(line.line_id, steps)) for line in return_lines_of(found)]
    found.lines, found.received_amount_minor = to_builtins(lines), received_amount_of(lines)
    if following is not None:
        found.state, found.state_at = following, max(ctx.at, found.state_at)
    await tell_order(ctx, found)


def goods_of(command: ReceiveReturn) -> list[Goods]:
    return convert(to_builtins(command.goods), list[Goods])


def _flag_oddities(ctx: Context, found: GoodsReturn, command: ReceiveReturn) -> None:
    approved_at = [step.at for step in steps_of(found) if step.event == "approve"]
    if found.state == "settled":
        ctx.flag("settled_already")
    elif not approved_at or found.state == "withdrawn" or ctx.at < min(approved_at):
        ctx.flag("unapproved")
    came: dict[UUID, int] = {}
    for each in command.goods:
        came[each.line_id] = came.get(each.line_id, 0) + each.quantity
    asked = {line.line_id: line for line in return_lines_of(found)}
    if came.keys() - asked.keys():
        ctx.flag("line_not_asked")
    if any(line.received + came.get(line_id, 0) > line.quantity for line_id, line in asked.items()):
        ctx.flag("more_than_asked")


def _is_known(ctx: Context, found: GoodsReturn, command: ReceiveReturn) -> bool:
    """The same news under another number: a phone tells again what a restored server has forgotten."""
    told = (ctx.at, ctx.actor.user_id, goods_of(command))
    return any(told == (step.at, step.by, step.goods) for step in steps_of(found) if step.event == "receive")


async def _keep_as_note(ctx: Context, found: GoodsReturn | None, command: ReceiveReturn) -> None:
    order_id = found.order_id if found is not None else command.order_id
    order = await ctx.find(Order, order_id) if order_id else None
    names = {line.id: line.product_name for line in lines_of(order)} if order is not None else {}
    goods = [f"{each.quantity} × {names.get(each.line_id, str(each.line_id))}" for each in command.goods]
    await keep_beside(
        ctx,
        GoodsReturn.kind,
        command.id,
        account_id=order.account_id if order is not None else None,
        audience={RETURNS_BUCKET} | (order.buckets() if order is not None else set()),
        text="\n".join([*goods, *([command.note] if command.note else [])]),
        file_ids=command.photo_ids,
    )
