"""Who does what, and how often: by the work that each began with, whatever the office makes of them later."""

from sync.simulation.mutations import (
    ACCOUNT_FIELDS,
    CONTACT_FIELDS,
    SITE_FIELDS,
    Hands,
    Json,
    Maker,
    add_note,
    cancel_plan,
    check_in,
    check_out,
    close_refusal,
    create_account,
    create_contact,
    create_site,
    edit,
    plan_visit,
    resolve_conflict,
    transfer_account,
)
from sync.simulation.tickets import TICKET_FIELDS, assign, call_back, close, create_ticket, sign_out, step

Habits = dict[str, tuple[int, Maker]]
"""Mutation → weight, and what makes its args."""

SALES: Habits = {
    "accounts.create": (8, create_account),
    "accounts.edit": (20, edit("account", ACCOUNT_FIELDS)),
    "accounts.transfer": (5, transfer_account),
    "contacts.create": (6, create_contact),
    "contacts.edit": (8, edit("contact", CONTACT_FIELDS)),
    "sites.create": (3, create_site),
    "sites.edit": (3, edit("site", SITE_FIELDS)),
    "visits.plan": (4, plan_visit),
    "visits.cancel_plan": (2, cancel_plan),
    "visits.check_in": (12, check_in),
    "visits.check_out": (8, check_out),
    "notes.add": (8, add_note),
    "conflicts.resolve": (6, resolve_conflict),
    "refusals.close": (4, close_refusal),
    "tickets.create": (3, create_ticket),
}
DISPATCH: Habits = {
    "tickets.create": (6, create_ticket),
    "tickets.assign": (20, assign),
    "tickets.edit": (5, edit("ticket", TICKET_FIELDS)),
    "tickets.call_back": (5, call_back),
    "tickets.close": (8, close),
    "tickets.reopen": (2, step(reason=lambda _hands: "again")),
    "tickets.cancel": (3, step(reason=lambda _hands: "paid elsewhere")),
    "tickets.sign_in": (3, step(position=Hands.position)),
    "tickets.sign_out": (3, sign_out),
    "contacts.create": (3, create_contact),
    "notes.add": (3, add_note),
    "conflicts.resolve": (3, resolve_conflict),
    "refusals.close": (3, close_refusal),
}
JOBS: Habits = {
    "tickets.accept": (5, step()),
    "tickets.on_my_way": (4, step(position=Hands.position)),
    "tickets.sign_in": (14, step(position=Hands.position)),
    "tickets.pause": (6, step(reason=lambda _hands: "lunch")),
    "tickets.resume": (5, step()),
    "tickets.sign_out": (12, sign_out),
    "visits.check_in": (5, check_in),
    "visits.check_out": (3, check_out),
    "notes.add": (3, add_note),
    "refusals.close": (2, close_refusal),
}
HABITS = {"rep1": SALES, "rep2": SALES, "manager": SALES, "service": DISPATCH, "tech": JOBS}
STEPS = frozenset(name for name in JOBS if name.startswith("tickets."))
"""What happened on a job."""
FACTS = STEPS | {"notes.add", "visits.check_in", "visits.check_out"}


def act(hands: Hands) -> tuple[str, Json] | None:
    """Something that the person does next; None when the dice ask for what cannot be done yet."""
    habits = HABITS[hands.phone.person]
    (name,) = hands.random.choices(list(habits), [weight for weight, _ in habits.values()])
    args = habits[name][1](hands)
    return None if args is None else (name, args)
