"""The demo company has sold something, and some of it came back."""

from collections import Counter

from cairn.demo.returns import ENDS, ORDERS
from cairn.modules.returns.rules import COUNTED
from support.company import Documents


def test_orders_say_what_came_back(company: Documents) -> None:
    orders, returns = company["order"], company["goods_return"]
    assert (len(orders), len(returns)) == (ORDERS, len(ENDS))
    assert len({each["number"] for each in orders.values()}) == ORDERS
    back = Counter[str]()
    for each in returns.values():
        if each["state"] in COUNTED:
            back[str(each["order_id"])] += each["received_amount_minor"]
    assert {number: order["returned_amount_minor"] for number, order in orders.items()} == {
        number: back[number] for number in orders
    }
    assert sum(back.values()) > 0


def test_returns_stand_at_every_step(company: Documents) -> None:
    returns = company["goods_return"].values()
    assert Counter(each["outcome"] or each["state"] for each in returns) == {
        **{"credit": 4, "exchange": 2, "received": 2, "approved": 2},
        **{"requested": 4, "rejected": 1, "withdrawn": 1},
    }
    assert {each["reason"] for each in returns} == {"damage", "wrong", "surplus", "other"}
    flagged = [flag for each in returns for step in each["steps"] for flag in step["flags"]]
    assert flagged == ["unapproved"]
    deciders = {
        (each["requested_by"], step["by"]) for each in returns for step in each["steps"] if step["event"] == "approve"
    }
    assert deciders and all(asked != decided for asked, decided in deciders)


def test_one_request_in_ten_is_a_complaint(company: Documents) -> None:
    tickets = [each for each in company["ticket"].values() if each["follows_id"] is None]
    assert sum(each["type"] == "complaint" for each in tickets) * 10 == len(tickets)
