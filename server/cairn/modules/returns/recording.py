"""How a return takes a step, and what its goods mean for the order."""

from typing import Any

from msgspec import convert, to_builtins

from cairn.kernel.context import Context
from cairn.kernel.errors import DomainError
from cairn.modules.orders.commands import tell_returned
from cairn.modules.orders.models import Order
from cairn.modules.returns.models import GoodsReturn
from cairn.modules.returns.rules import Claim, Event, ReturnLine, ReturnStep, effect_of, state_after


class ReturnState(DomainError):
    """The return has moved on, and this does not follow from where it is now. Params: `state`, `event`."""

    code = "return_state"


def take_step(ctx: Context, found: GoodsReturn, event: Event, **said: Any) -> None:
    """Take a step that is judged by the state of now; raises ReturnState."""
    has_come = any(step.goods for step in steps_of(found))
    following = state_after(found.state, event, has_come=has_come)
    if following is None:
        raise ReturnState(state=found.state, event=event)
    write_step(ctx, found, event, **said)
    found.state, found.state_at = following, max(ctx.at, found.state_at)


def write_step(ctx: Context, found: GoodsReturn, event: Event, **said: Any) -> None:
    """Take down a step, whatever it moves."""
    flags = list(ctx.flags)
    step = ReturnStep(event=event, at=ctx.at, by=ctx.actor.user_id, received_at=ctx.received_at, flags=flags, **said)
    found.steps = [*found.steps, to_builtins(step)]


def steps_of(found: GoodsReturn) -> list[ReturnStep]:
    return convert(found.steps, list[ReturnStep])


def return_lines_of(found: GoodsReturn) -> list[ReturnLine]:
    return convert(found.lines, list[ReturnLine])


async def claims_on(ctx: Context, order: Order) -> list[Claim]:
    """What all returns of an order say of its goods."""
    found = await ctx.related(GoodsReturn.order_id, order)
    return [Claim(state=each.state, outcome=each.outcome, lines=return_lines_of(each)) for each in found]


async def tell_order(ctx: Context, found: GoodsReturn) -> None:
    """Let the order say what came back, in the same transaction (features.md 156)."""
    order = await ctx.load(Order, found.order_id)
    tell_returned(order, *effect_of(await claims_on(ctx, order)))
