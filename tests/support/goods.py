"""One customer's order whose goods come back, told over the wire by those who have a say in it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

from cairn.kernel.ids import new_id
from support.desk import Json, fresh
from support.house import MONDAY, House
from support.wire import Wire, stamp

PEOPLE = ("rep1", "manager", "service", "finance", "tech", "boss", "other")
FANS, PIPES = 12_050, 300
"""Prices of the order's two products, in fen."""


class Goods:
    """An order of ten fans and forty metres of pipe, and what is asked about it."""

    def __init__(self, house: House, wires: dict[str, Wire]) -> None:
        self.house, self.wires = house, wires
        self.account_id, self.order_id = str(new_id()), str(new_id())
        self.fans, self.pipes = str(new_id()), str(new_id())

    async def sell(self, **changes: Any) -> Json:
        """The order, by the customer's owner; returns the receipt."""
        lines = [
            {"id": self.fans, "product_name": "Fan", "product_code": "FN-3", "quantity": 10, "unit_price_minor": FANS},
            {"id": self.pipes, "product_name": "Pipe", "quantity": 40, "unit_price_minor": PIPES, "delivered": 30},
        ]
        args = {"id": self.order_id, "account_id": self.account_id, "number": "SO-1", "currency": "CNY"}
        args |= {"ordered_at": stamp(MONDAY - timedelta(days=9)), "lines": lines}
        return await self.give("rep1", "orders.create", args | changes)

    async def give(self, who: str, name: str, args: Json, **changes: Any) -> Json:
        wire = self.wires[who]
        wire.now = stamp(self.house.clock.now())
        return await wire.give(name, args, **changes)

    async def ask(self, who: str = "rep1", *, fans: int = 0, pipes: int = 0, **changes: Any) -> tuple[str, Json]:
        """Ask goods back; returns the return's id and the receipt."""
        asked = [(self.fans, fans), (self.pipes, pipes)]
        lines = [{"line_id": line_id, "quantity": count} for line_id, count in asked if count]
        args = fresh(order_id=self.order_id, reason="damage", lines=lines) | changes
        return args["id"], await self.give(who, "returns.request", args)

    async def step(self, who: str, event: str, return_id: str, **said: Any) -> Json:
        return await self.give(who, f"returns.{event}", {"id": return_id, **said})

    async def bring(self, who: str, return_id: str, *, fans: int = 0, pipes: int = 0, **said: Any) -> Json:
        """Goods come."""
        came = [(self.fans, fans), (self.pipes, pipes)]
        goods = [{"line_id": line, "quantity": count, "condition": "damaged"} for line, count in came if count]
        return await self.step(who, "receive", return_id, **({"goods": goods} | said))

    async def seen(self, return_id: str, who: str = "service") -> Json:
        await self.wires[who].pull()
        return self.wires[who].documents("goods_return")[return_id]

    async def order(self, who: str = "rep1") -> Json:
        await self.wires[who].pull()
        return self.wires[who].documents("order")[self.order_id]


@asynccontextmanager
async def goods_of(house: House) -> AsyncIterator[Goods]:
    """The order is sold; everybody has a phone."""
    async with AsyncExitStack() as stack:
        wires = {name: await stack.enter_async_context(house.wire(name)) for name in PEOPLE}
        goods = Goods(house, wires)
        await goods.give("rep1", "accounts.create", {"id": goods.account_id, "name": "Lake Cooling"})
        assert (await goods.sell())["status"] == "applied"
        yield goods
