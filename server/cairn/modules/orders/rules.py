"""What an order is worth, before and after goods came back. Pure functions."""

from collections.abc import Iterable, Mapping
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from cairn.modules.accounts.shapes import Name, Title

MOST_LINES = 50
Quantity = Annotated[int, Meta(ge=1, le=100_000)]
PriceMinor = Annotated[int, Meta(ge=0, le=1_000_000_000)]
"""In minor units of the currency; with the limits of quantities and lines, JavaScript adds them up exactly."""


class OrderLine(Struct, frozen=True, kw_only=True):
    """One product of an order, and what became of it."""

    id: UUID
    product_name: Name
    product_code: Title | None = None
    quantity: Quantity
    unit_price_minor: PriceMinor
    delivered: int
    returned: int = 0
    """How many came back, as approved returns tell."""
    replaced: int = 0
    """How many of those the customer got anew."""
    net_amount_minor: int


class Amounts(Struct, frozen=True):
    """The sums of some lines, in minor units."""

    amount_minor: int
    returned_amount_minor: int
    net_amount_minor: int


def line_after(line: OrderLine, returned: int, replaced: int) -> OrderLine:
    """The line once so many came back, and so many of them were replaced."""
    net = (line.quantity - returned + replaced) * line.unit_price_minor
    return replace(line, returned=returned, replaced=replaced, net_amount_minor=net)


def lines_after(
    lines: Iterable[OrderLine], returned: Mapping[UUID, int], replaced: Mapping[UUID, int]
) -> list[OrderLine]:
    """All lines, given how many of each came back and were replaced."""
    return [line_after(line, returned.get(line.id, 0), replaced.get(line.id, 0)) for line in lines]


def amounts_of(lines: Iterable[OrderLine]) -> Amounts:
    kept = list(lines)
    return Amounts(
        sum(line.quantity * line.unit_price_minor for line in kept),
        sum(line.returned * line.unit_price_minor for line in kept),
        sum(line.net_amount_minor for line in kept),
    )
