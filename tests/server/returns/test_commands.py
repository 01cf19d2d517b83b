"""Returns: asked for by whoever helps the customer, allowed by somebody else, and told to the order."""

from cairn.kernel.ids import new_id
from support.desk import fresh
from support.goods import FANS, PIPES, Goods, goods_of
from support.house import House


async def refused(goods: Goods, who: str, event: str, return_id: str, **said: object) -> str:
    receipt = await goods.step(who, event, return_id, **said)
    assert receipt["status"] == "rejected", receipt
    return str(receipt["code"])


async def test_a_return_from_request_to_credit(house: House) -> None:
    async with goods_of(house) as goods:
        photo_id, contact = str(new_id()), fresh(account_id=goods.account_id, name="Wang")
        await goods.give("rep1", "contacts.create", contact)
        said = {"contact_id": contact["id"], "photo_ids": [photo_id], "note": "bent in transport"}
        return_id, receipt = await goods.ask(fans=3, pipes=5, **said)
        assert (receipt["status"], receipt["flags"]) == ("applied", [])
        found = await goods.seen(return_id, "finance")
        assert (found["state"], found["amount_minor"], found["photo_ids"]) == (
            *("requested", 3 * FANS + 5 * PIPES, [photo_id]),
        )
        assert (found["order_number"], found["account_id"], found["currency"]) == ("SO-1", goods.account_id, "CNY")
        assert (found["contact_id"], found["requested_by"]) == (contact["id"], str(house.users["rep1"]))
        assert (await goods.step("manager", "approve", return_id))["status"] == "applied"
        assert (await goods.order())["net_amount_minor"] == 10 * FANS + 40 * PIPES
        came = await goods.bring("service", return_id, fans=3, pipes=4, note="one pipe stayed there")
        assert (came["status"], came["flags"]) == ("applied", [])
        assert (await goods.step("finance", "settle", return_id, outcome="credit"))["status"] == "applied"
        found = await goods.seen(return_id, "rep1")
        assert (found["state"], found["outcome"]) == ("settled", "credit")
        assert found["received_amount_minor"] == 3 * FANS + 4 * PIPES
        assert [step["event"] for step in found["steps"]] == ["request", "approve", "receive", "settle"]
        order = await goods.order()
        assert [(line["returned"], line["replaced"]) for line in order["lines"]] == [(3, 0), (4, 0)]
        assert [line["net_amount_minor"] for line in order["lines"]] == [7 * FANS, 36 * PIPES]
        assert order["returned_amount_minor"] == 3 * FANS + 4 * PIPES
        assert order["net_amount_minor"] == 7 * FANS + 36 * PIPES


async def test_nothing_is_allowed_but_by_somebody_else_who_may(house: House) -> None:
    async with goods_of(house) as goods:
        own, _ = await goods.ask("manager", fans=1)
        assert await refused(goods, "manager", "approve", own) == "return_own"
        assert await refused(goods, "rep1", "approve", own) == "not_permitted"
        assert await refused(goods, "tech", "approve", own) == "not_permitted"
        assert await refused(goods, "service", "reject", own) == "malformed"
        assert await refused(goods, "service", "reject", own, reason=" ") == "malformed"
        assert await refused(goods, "finance", "settle", own, outcome="credit") == "return_state"
        assert (await goods.step("service", "reject", own, reason="used for a year"))["status"] == "applied"
        assert (await goods.seen(own))["steps"][-1]["text"] == "used for a year"
        assert await refused(goods, "finance", "approve", own) == "return_state"
        stranger, _ = await goods.ask("rep1", fans=1)
        elsewhere = fresh(name="North customer")
        await goods.give("other", "accounts.create", elsewhere)
        theirs = fresh(account_id=elsewhere["id"], number="SO-2", currency="CNY", ordered_at="2026-11-01T00:00:00Z")
        theirs["lines"] = [{"id": str(new_id()), "product_name": "Fan", "quantity": 1, "unit_price_minor": 1}]
        await goods.give("other", "orders.create", theirs)
        asked = fresh(
            order_id=theirs["id"], reason="other", lines=[{"line_id": theirs["lines"][0]["id"], "quantity": 1}]
        )
        await goods.give("other", "returns.request", asked)
        assert await refused(goods, "manager", "approve", asked["id"]) == "not_owner"
        assert (await goods.step("finance", "approve", stranger))["status"] == "applied"
        assert await refused(goods, "other", "withdraw", stranger) == "not_owner"
        assert (await goods.step("rep1", "withdraw", stranger))["status"] == "applied"
        await goods.wires["other"].pull()
        assert goods.wires["other"].documents("goods_return").keys() == {asked["id"]}


async def test_no_more_comes_back_than_was_delivered(house: House) -> None:
    async with goods_of(house) as goods:
        _, receipt = await goods.ask(pipes=31)
        assert (receipt["code"], receipt["params"]) == ("return_too_many", {"product": "Pipe", "returnable": 30})
        first, _ = await goods.ask(pipes=20)
        _, receipt = await goods.ask("service", pipes=11)
        assert receipt["params"]["returnable"] == 10
        await goods.step("finance", "approve", first)
        await goods.bring("tech", first, pipes=5)
        await goods.step("finance", "settle", first, outcome="exchange")
        order = await goods.order()
        assert (order["lines"][1]["returned"], order["lines"][1]["replaced"]) == (5, 5)
        assert order["net_amount_minor"] == order["amount_minor"]
        _, receipt = await goods.ask("service", pipes=30)
        assert receipt["status"] == "applied"
        for lines in ([], [{"line_id": goods.fans, "quantity": 0}], [{"line_id": goods.fans, "quantity": 1}] * 2):
            assert (await goods.ask(lines=lines))[1]["code"] == "malformed"
        unknown = [{"line_id": str(new_id()), "quantity": 1}]
        assert (await goods.ask(lines=unknown))[1]["code"] == "not_found"


async def test_two_who_ask_for_the_same_goods_offline_do_not_both_get_them(house: House) -> None:
    async with goods_of(house) as goods, house.wire("rep1") as second_phone:
        _, receipt = await goods.ask(fans=10)
        assert receipt["status"] == "applied"
        lines = [{"line_id": goods.fans, "quantity": 10}]
        again = await second_phone.give("returns.request", fresh(order_id=goods.order_id, reason="damage", lines=lines))
        assert (again["code"], again["params"]["returnable"]) == ("return_too_many", 0)


async def test_goods_that_nobody_allowed_are_kept_and_flagged(house: House) -> None:
    async with goods_of(house) as goods:
        early, _ = await goods.ask(fans=2)
        house.clock.advance(60)
        came = await goods.bring("tech", early, fans=2)
        assert (came["status"], came["flags"]) == ("applied", ["unapproved"])
        found = await goods.seen(early)
        assert (found["state"], found["lines"][0]["received"]) == ("requested", 2)
        assert found["steps"][-1]["flags"] == ["unapproved"]
        assert (await goods.order())["lines"][0]["returned"] == 0
        house.clock.advance(60)
        await goods.step("service", "approve", early)
        assert (await goods.seen(early))["state"] == "received"
        assert (await goods.order())["lines"][0]["returned"] == 2
        rejected, _ = await goods.ask(fans=1)
        await goods.step("service", "reject", rejected, reason="no")
        assert (await goods.bring("tech", rejected, fans=1))["flags"] == ["unapproved"]
        assert (await goods.seen(rejected))["state"] == "rejected"
        assert (await goods.order())["lines"][0]["returned"] == 2


async def test_goods_are_taken_down_as_they_came(house: House) -> None:
    async with goods_of(house) as goods:
        return_id, _ = await goods.ask(fans=2)
        await goods.step("service", "approve", return_id)
        house.clock.advance(60)
        odd = await goods.bring("rep1", return_id, fans=3, pipes=1)
        assert odd["flags"] == ["line_not_asked", "more_than_asked"]
        again = await goods.bring("rep1", return_id, fans=3, pipes=1)
        assert (again["status"], again["flags"]) == ("applied", [])
        found = await goods.seen(return_id)
        assert (len(found["steps"]), found["lines"][0]["received"]) == (3, 3)
        house.clock.advance(60)
        await goods.step("finance", "settle", return_id, outcome="credit")
        assert (await goods.bring("rep1", return_id, fans=1))["flags"] == ["settled_already", "more_than_asked"]
        assert (await goods.seen(return_id))["state"] == "settled"


async def test_goods_of_a_return_that_was_refused_are_kept_as_a_note(house: House) -> None:
    async with goods_of(house) as goods:
        refused_id, receipt = await goods.ask("service", fans=11)
        assert receipt["code"] == "return_too_many"
        photo_id = str(new_id())
        told = {"order_id": goods.order_id, "note": "at the counter", "photo_ids": [photo_id]}
        came = await goods.bring("service", refused_id, fans=11, **told)
        assert (came["status"], came["flags"]) == ("applied", ["return_unknown"])
        for who in ("service", "finance", "rep1"):
            await goods.wires[who].pull()
            (note,) = goods.wires[who].documents("note").values()
            assert (note["text"], note["account_id"]) == ("11 × Fan\nat the counter", goods.account_id)
            assert photo_id in goods.wires[who].documents("file")


async def test_a_technician_asks_for_the_customer_they_serve(house: House) -> None:
    async with goods_of(house) as goods:
        _, receipt = await goods.ask("tech", fans=1)
        assert receipt["code"] == "not_owner"
        ticket = fresh(account_id=goods.account_id, type="repair", title="Fan is loud")
        await goods.give("rep1", "tickets.create", ticket)
        given = {"id": ticket["id"], "to_user_id": str(house.users["tech"])}
        await goods.give("service", "tickets.assign", given)
        await goods.wires["tech"].pull()
        assert goods.order_id in goods.wires["tech"].documents("order")
        return_id, receipt = await goods.ask("tech", fans=1, ticket_id=ticket["id"])
        assert receipt["status"] == "applied"
        await goods.give("service", "tickets.cancel", {"id": ticket["id"]})
        assert (await goods.ask("tech", fans=1, ticket_id=ticket["id"]))[1]["status"] == "applied"
        assert (await goods.seen(return_id, "tech"))["ticket_id"] == ticket["id"]
        assert (await goods.ask("tech", fans=1, ticket_id=None))[1]["code"] == "not_owner"
        elsewhere = fresh(name="Elsewhere")
        await goods.give("rep1", "accounts.create", elsewhere)
        foreign = fresh(account_id=elsewhere["id"], type="repair", title="x")
        await goods.give("rep1", "tickets.create", foreign)
        assert (await goods.ask(fans=1, ticket_id=foreign["id"]))[1]["code"] == "not_found"
