"""Commands on orders: taking one down, and what other modules tell of its goods."""

from collections.abc import Iterable, Mapping
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, convert, to_builtins

from cairn.kernel.commands import Decision, command, handles, refers_to
from cairn.kernel.context import Context
from cairn.modules.accounts.models import Account
from cairn.modules.accounts.shapes import Moment, Name, Title
from cairn.modules.orders.models import Currency, Order, OrderNumber
from cairn.modules.orders.rules import (
    MOST_LINES,
    Amounts,
    OrderLine,
    PriceMinor,
    Quantity,
    amounts_of,
    lines_after,
)
from cairn.modules.visits.commands import EARLIEST, LATEST, TimeOutOfRange


class NewLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A product as it was ordered; all of it counts as delivered where nothing else is said."""

    id: UUID
    product_name: Name
    product_code: Title | None = None
    quantity: Quantity
    unit_price_minor: PriceMinor
    delivered: Annotated[int, Meta(ge=0, le=100_000)] | None = None

    def __post_init__(self) -> None:
        if self.delivered is not None and self.delivered > self.quantity:
            raise ValueError("more was delivered than ordered")


@command("orders.create", permission="orders.create", creates=Order)
class CreateOrder(Decision, frozen=True):
    """Take down what a customer of one's own ordered; prices are in minor units, taxes included."""

    id: UUID
    account_id: Annotated[UUID, refers_to(Account)]
    number: OrderNumber
    ordered_at: Moment
    currency: Currency
    lines: Annotated[list[NewLine], Meta(min_length=1, max_length=MOST_LINES)]

    def __post_init__(self) -> None:
        if len({line.id for line in self.lines}) < len(self.lines):
            raise ValueError("two lines have one id")


@handles(CreateOrder)
async def create_order(command: CreateOrder, ctx: Context) -> None:
    account = await ctx.load(Account, command.account_id)
    ctx.require_line(account.owner_id, name=account.name)
    if not EARLIEST <= command.ordered_at <= LATEST:
        raise TimeOutOfRange(field="ordered_at")
    lines = [_first(line) for line in command.lines]
    ctx.create(
        Order,
        command,
        account_name=account.name,
        lines=to_builtins(lines),
        created_at=ctx.at,
        created_by=ctx.actor.user_id,
        **_columns(amounts_of(lines)),
    )


def _first(line: NewLine) -> OrderLine:
    return OrderLine(
        id=line.id,
        product_name=line.product_name,
        product_code=line.product_code,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        delivered=line.quantity if line.delivered is None else line.delivered,
        net_amount_minor=line.quantity * line.unit_price_minor,
    )


def _columns(amounts: Amounts) -> dict[str, int]:
    return {name: getattr(amounts, name) for name in amounts.__struct_fields__}


def lines_of(order: Order) -> list[OrderLine]:
    return convert(order.lines, list[OrderLine])


def tell_returned(order: Order, returned: Mapping[UUID, int], replaced: Mapping[UUID, int]) -> None:
    """Write down how many of each line came back and were replaced, in all, and what the order is worth now."""
    lines: Iterable[OrderLine] = lines_after(lines_of(order), returned, replaced)
    order.lines = to_builtins(lines)
    for name, value in _columns(amounts_of(lines)).items():
        setattr(order, name, value)
