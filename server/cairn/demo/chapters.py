"""The story put together: how customers came, the working days, what went wrong, and what is planned."""

from datetime import date, timedelta
from random import Random
from typing import Any

from cairn.demo.checklists import design_forms
from cairn.demo.customers import Customer, make_customers, site_position
from cairn.demo.days import add_days
from cairn.demo.disagreements import add_disagreements
from cairn.demo.ids import id_at
from cairn.demo.people import PEOPLE
from cairn.demo.plans import add_plans_ahead
from cairn.demo.returns import add_returns
from cairn.demo.story import SEED, Story, founded_at
from cairn.demo.tickets import add_tickets


def tell(today: date) -> tuple[Story, list[Customer]]:
    """The whole story up to the evening before a day; the same for the same day."""
    random = Random(f"{SEED} {today.isoformat()}")  # noqa: S311 - a story, not a secret
    story = Story(today, random, {person.key: id_at(founded_at(today), random) for person in PEOPLE})
    customers = make_customers(today, random)
    for customer in customers:
        _add_customer(story, customer)
    days = add_days(story, customers)
    add_disagreements(story, customers, days)
    add_plans_ahead(story, customers)
    design_forms(story)
    add_tickets(story, customers)
    add_returns(story, customers)
    return story, customers


def _add_customer(story: Story, customer: Customer) -> None:
    """A customer with its sites and contacts, sent together."""
    who, at = customer.owner, customer.created_at
    sent_at = customer.contacts[-1].at + timedelta(minutes=1)
    story.add(who, at, "accounts.create", {"id": str(customer.id), **customer.args}, sent_at=sent_at)
    for index, place in enumerate(customer.places[1:], start=1):
        at += timedelta(seconds=10 * index)
        args: dict[str, Any] = {
            "id": str(place.site_id),
            "account_id": str(customer.id),
            "name": place.name,
            "address": place.address,
        }
        args["position"] = site_position(customer, place)
        story.add(who, at, "sites.create", args, sent_at=sent_at)
    for contact in customer.contacts:
        story.add(who, contact.at, "contacts.create", contact.args, sent_at=sent_at)
