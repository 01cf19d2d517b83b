"""What customers bought in the last weeks, and what of it they gave back; its chances are its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from cairn.demo.calendar import local, wire, working_days_before
from cairn.demo.customers import Customer
from cairn.demo.ids import id_at
from cairn.demo.people import LEAD_OF
from cairn.demo.return_words import CAME, NOTES, PRODUCTS, REJECTED, WITHDRAWN
from cairn.demo.story import SEED, Photo, Story

DAYS = 45
ORDERS = 26
SELLING_DAYS = 18
"""All was sold in the first of them; what came back did so later."""
ENDS = (
    *("credit", "exchange", "credit", "credit", "exchange", "credit", "received", "approved"),
    *("requested", "rejected", "withdrawn", "received", "unapproved", "requested", "approved", "requested"),
)
"""How far each return has come when the story ends, the first orders' first."""
OPEN = {"received", "approved", "requested", "unapproved"}
REASONS = ("damage", "wrong", "surplus", "damage", "surplus", "wrong", "damage", "other")


@dataclass(frozen=True)
class Sale:
    """An order as the return that may follow has to know it."""

    customer: Customer
    args: dict[str, Any]


def add_returns(story: Story, customers: Sequence[Customer]) -> None:
    """An order each for some of the reps' customers, and a return for every second or so."""
    random = Random(f"{SEED} returns {story.today.isoformat()}")  # noqa: S311 - a story
    days = working_days_before(story.today, DAYS)
    buyers = [each for each in customers if each.owner in LEAD_OF and not each.leaves]
    sales = [
        _add_order(story, random, customer, days[index % SELLING_DAYS], index)
        for index, customer in enumerate(random.sample(buyers, ORDERS))
    ]
    closed = 0
    for index, ends in enumerate(ENDS):
        closed += ends not in OPEN
        first = DAYS - 6 + index % 3 if ends in OPEN else SELLING_DAYS + 2 * closed
        _add_return(story, random, sales[index], days[first : first + 4], ends, REASONS[index % len(REASONS)])


def _add_order(story: Story, random: Random, customer: Customer, day: date, index: int) -> Sale:
    at = local(day, 16, random.randint(0, 50))
    lines = []
    for chinese, english, code, price in random.sample(PRODUCTS, random.choice((2, 2, 3))):
        quantity = random.randint(10, 60) if price < 10_000 else random.randint(2, 8)
        name = english if customer.is_english else chinese
        line = {"id": str(id_at(at, random)), "product_name": name, "product_code": code}
        lines.append(line | {"quantity": quantity, "unit_price_minor": price})
    args: dict[str, Any] = {
        "id": str(id_at(at, random)),
        "account_id": str(customer.id),
        "number": f"SO-{day:%y%m}-{index + 101}",
        "ordered_at": wire(at),
        "currency": "CNY",
        "lines": lines,
    }
    who = LEAD_OF[customer.owner] if story.is_offline(customer.owner, at) else customer.owner
    story.add(who, at, "orders.create", args)
    return Sale(customer, args)


def _add_return(story: Story, random: Random, sale: Sale, days: Sequence[date], ends: str, reason: str) -> None:
    asked_at = local(days[0], 10, random.randint(0, 50))
    is_english = sale.customer.is_english
    line = random.choice(sale.args["lines"])
    quantity = random.randint(1, max(1, line["quantity"] // 3))
    return_id = str(id_at(asked_at, random))
    asked: dict[str, Any] = {
        "id": return_id,
        "order_id": sale.args["id"],
        "reason": reason,
        "lines": [{"line_id": line["id"], "quantity": quantity}],
        "note": NOTES[reason][is_english],
        "contact_id": sale.customer.contacts[0].args["id"],
    }
    # Whoever decides next must have heard of it.
    who = "service" if story.is_offline(sale.customer.owner, asked_at) else sale.customer.owner
    if reason == "damage":
        photo = _photo(random, sale.customer, asked_at)
        asked["photo_ids"] = [str(photo.id)]
        story.add(who, asked_at + timedelta(seconds=30), "", {}, photo=photo)
    story.add(who, asked_at, "returns.request", asked)
    condition = "damaged" if reason == "damage" else "as_new"
    goods = {"id": return_id, "order_id": sale.args["id"], "note": CAME[is_english]}
    goods["goods"] = [{"line_id": line["id"], "quantity": quantity, "condition": condition}]
    if ends == "unapproved":
        story.add("service", asked_at + timedelta(hours=3), "returns.receive", goods)
    elif ends == "rejected":
        refusal = {"id": return_id, "reason": REJECTED[is_english]}
        story.add("finance", asked_at + timedelta(hours=5), "returns.reject", refusal)
    elif ends == "withdrawn":
        given_up = {"id": return_id, "reason": WITHDRAWN[is_english]}
        story.add("service", asked_at + timedelta(hours=5), "returns.withdraw", given_up)
    elif ends != "requested":
        _add_way_back(story, days, goods, ends)


def _photo(random: Random, customer: Customer, at: datetime) -> Photo:
    place = customer.places[0].point
    return Photo(id_at(at, random), random.randrange(5), place.lat, place.lon, at - timedelta(minutes=4))


def _add_way_back(story: Story, days: Sequence[date], goods: dict[str, Any], ends: str) -> None:
    """Allowed by finance on the next day, here on the one after, and settled on the last."""
    return_id = goods["id"]
    story.add("finance", local(days[1], 9, 30), "returns.approve", {"id": return_id})
    if ends == "approved":
        return
    story.add("service", local(days[2], 15, 10), "returns.receive", goods)
    if ends != "received":
        story.add("finance", local(days[3], 11, 20), "returns.settle", {"id": return_id, "outcome": ends})
