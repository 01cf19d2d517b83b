"""Orders: taken down by sales for customers of their own, and read by those who look after goods and money."""

from typing import Any

import pytest

from cairn.kernel.ids import new_id
from support.goods import FANS, PIPES, goods_of
from support.house import House


async def test_an_order_is_read_by_the_customers_line_and_by_those_who_handle_goods(house: House) -> None:
    async with goods_of(house) as goods:
        for who in ("rep1", "manager", "boss", "finance", "service"):
            order = await goods.order(who)
            assert (order["number"], order["amount_minor"]) == ("SO-1", 10 * FANS + 40 * PIPES)
            assert [line["delivered"] for line in order["lines"]] == [10, 30]
        for who in ("tech", "other"):
            await goods.wires[who].pull()
            assert not goods.wires[who].documents("order")


async def test_only_the_customers_line_sells_to_it(house: House) -> None:
    async with goods_of(house) as goods:
        args = {"id": str(new_id()), "account_id": goods.account_id, "number": "SO-9", "currency": "CNY"}
        args |= {"ordered_at": "2026-11-01T00:00:00Z", "lines": _lines(quantity=1)}
        assert (await goods.give("other", "orders.create", args))["code"] == "not_owner"
        assert (await goods.give("tech", "orders.create", args))["code"] == "not_permitted"
        long_ago = args | {"ordered_at": "0001-01-01T00:00:00Z"}
        assert (await goods.give("rep1", "orders.create", long_ago))["code"] == "time_out_of_range"


@pytest.mark.parametrize(
    "changes",
    [
        {"lines": []},
        {"lines": [{"quantity": 1, "unit_price_minor": 1, "product_name": "x"}]},
        {"currency": "yuan"},
        {"number": " "},
        {"lines": "more delivered"},
        {"lines": "one id twice"},
    ],
    ids=str,
)
async def test_what_is_no_order_is_refused(house: House, changes: dict[str, Any]) -> None:
    named = {"more delivered": _lines(quantity=1, delivered=2), "one id twice": _lines(quantity=1) * 2}
    if isinstance(changes.get("lines"), str):
        changes = {"lines": named[changes["lines"]]}
    async with goods_of(house) as goods:
        receipt = await goods.sell(id=str(new_id()), **changes)
        assert (receipt["status"], receipt["code"]) == ("rejected", "malformed")


def _lines(**fields: Any) -> list[dict[str, Any]]:
    return [{"id": str(new_id()), "product_name": "Fan", "unit_price_minor": 100, **fields}]
