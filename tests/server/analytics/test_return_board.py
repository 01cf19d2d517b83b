"""The analysis of returns: reasons with their share of the amount (F-18), of what the asker may read."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from httpx import Response
from hypothesis import given
from hypothesis import strategies as some

from cairn.modules.analytics.return_board import MOST_GROUPS, ReturnRow, analyse, shares
from cairn.modules.returns.rules import COUNTED, REASONS, STATES, ReturnLine
from support.goods import FANS, PIPES, goods_of
from support.house import MONDAY, House
from support.wire import Wire, stamp

Json = dict[str, Any]
ZONE = ZoneInfo("Asia/Shanghai")
WEEK = {"since": stamp(MONDAY - timedelta(days=3)), "until": stamp(MONDAY + timedelta(days=4))}


async def board(wire: Wire, **period: str) -> Response:
    return await wire.http.get("/api/v1/boards/returns", params=WEEK | period)


async def test_what_came_back_is_told_by_reason_month_product_and_customer(house: House) -> None:
    async with goods_of(house) as goods:
        for reason, fans, pipes in (("damage", 3, 0), ("wrong", 1, 10), ("surplus", 0, 5)):
            return_id, _ = await goods.ask(fans=fans, pipes=pipes, reason=reason)
            if reason != "surplus":
                await goods.step("manager", "approve", return_id)
            await goods.bring("service", return_id, fans=fans, pipes=pipes)
        (found,) = (await board(goods.wires["finance"])).json()["currencies"]
        total = 4 * FANS + 10 * PIPES
        assert (found["currency"], found["requests"], found["returned"]) == ("CNY", 3, 2)
        assert found["amount_minor"] == total
        told = {group["key"]: group for group in found["by"]["reason"]}
        assert told["damage"]["share"] == round(3 * FANS * 10_000 / total) / 100
        assert (told["surplus"]["requests"], told["surplus"]["returned"], told["surplus"]["share"]) == (1, 0, 0.0)
        fan = found["by"]["product"][0]
        assert (fan["key"], fan["name"], fan["requests"], fan["amount_minor"]) == ("FN-3", "Fan", 2, 4 * FANS)
        assert [(each["reason"], each["share"]) for each in fan["reasons"]] == [("damage", 75.0), ("wrong", 25.0)]
        assert [group["key"] for group in found["by"]["month"]] == ["2026-11"]
        assert [group["name"] for group in found["by"]["customer"]] == ["Lake Cooling"]


async def test_everybody_sees_what_they_may_read(house: House) -> None:
    async with goods_of(house) as goods:
        await goods.ask("service", fans=1)
        for who, count in (("manager", 1), ("service", 1), ("boss", 1)):
            currencies = (await board(goods.wires[who])).json()["currencies"]
            assert [each["requests"] for each in currencies] == [count]
        for who in ("rep1", "tech"):
            answer = await board(goods.wires[who])
            assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
        assert (await board(goods.wires["boss"], until=stamp(MONDAY - timedelta(days=1)))).json()["currencies"] == []
        assert (await board(goods.wires["boss"], until=WEEK["since"])).status_code == 422
        await goods.give("boss", "accounts.transfer", {"id": goods.account_id, "to_user_id": str(house.users["other"])})
        assert (await board(goods.wires["manager"])).json()["currencies"] == []


amounts = some.lists(some.integers(0, 10**12), max_size=40)


@given(amounts)
def test_shares_are_a_hundred_together(parts: list[int]) -> None:
    told = shares(parts)
    if sum(parts) == 0:
        assert told == [None] * len(parts)
        return
    hundredths = [round(share * 100) for share in told if share is not None]
    assert sum(hundredths) == 10_000
    assert all(abs(share - part * 10_000 / sum(parts)) < 1 for share, part in zip(hundredths, parts, strict=True))


lines = some.builds(
    ReturnLine,
    line_id=some.just(UUID(int=1)),
    product_name=some.sampled_from(("Fan", "Pipe", "Valve")),
    product_code=some.none(),
    quantity=some.integers(1, 9),
    unit_price_minor=some.integers(0, 10_000),
    received=some.integers(0, 9),
)
rows = some.builds(
    ReturnRow,
    account_id=some.integers(1, 3).map(lambda number: UUID(int=number)),
    account_name=some.just("Customer"),
    reason=some.sampled_from(REASONS),
    state=some.sampled_from(STATES),
    currency=some.sampled_from(("CNY", "EUR")),
    requested_at=some.integers(-200, 200).map(lambda days: MONDAY + timedelta(days=days)),
    lines=some.lists(lines, min_size=1, max_size=3),
)


@given(some.lists(rows, max_size=12))
def test_every_dimension_tells_the_same_whole(told: list[ReturnRow]) -> None:
    for found in analyse(told, ZONE):
        own = [row for row in told if row.currency == found.currency]
        whole = sum(line.received * line.unit_price_minor for row in own if row.state in COUNTED for line in row.lines)
        assert (found.requests, found.amount_minor) == (len(own), whole)
        for dimension, groups in found.by.items():
            assert sum(group.amount_minor for group in groups) == whole
            assert sum(round((group.share or 0) * 100) for group in groups) == (10_000 if whole else 0)
            if dimension != "product":  # a return of two products is one of each
                assert sum(group.requests for group in groups) == found.requests
            for group in groups:
                assert sum(each.amount_minor for each in group.reasons) == group.amount_minor


def test_a_month_is_the_organizations_and_the_smallest_groups_are_told_together() -> None:
    def row(number: int) -> ReturnRow:
        line = ReturnLine(
            line_id=UUID(int=1), product_name=f"Part {number:03}", quantity=1, unit_price_minor=1, received=1
        )
        return ReturnRow(
            account_id=UUID(int=1),
            account_name="Customer",
            reason="damage",
            state="received",
            currency="CNY",
            requested_at=datetime(2026, 10, 31, 17, tzinfo=UTC),
            lines=[line],
        )

    (found,) = analyse([row(number) for number in range(MOST_GROUPS + 3)], ZONE)
    assert [group.key for group in found.by["month"]] == ["2026-11"]
    assert len(found.by["product"]) == MOST_GROUPS + 1
    assert (found.by["product"][-1].key, found.by["product"][-1].requests) == (None, 3)
