"""Roles and what each may do (features.md 1); where a person may do it is decided by reporting lines."""

from typing import Literal

Role = Literal[
    "administrator",
    "executive",
    "sales_manager",
    "salesperson",
    "service_manager",
    "technician",
    "finance",
    "marketing",
    "agent",
]

INTERNAL = "internal"
"""Held by the server's own jobs only; no role has it."""

_EVERYBODY = {"conflicts.resolve", "refusals.close", "notes.add"}
_CUSTOMERS = {
    "accounts.create",
    "accounts.edit",
    "accounts.transfer",
    "contacts.create",
    "contacts.edit",
    "sites.create",
    "sites.edit",
}
_VISITS = {"visits.plan", "visits.cancel_plan", "visits.check_in", "visits.check_out"}
_REQUESTS = {"tickets.create", "tickets.share"}
_DISPATCH = _REQUESTS | {
    "tickets.edit",
    "tickets.assign",
    "tickets.call_back",
    "tickets.close",
    "tickets.reopen",
    "tickets.cancel",
}
_SALES = {"orders.create"}
_RETURNS = {"returns.request", "returns.receive"}
_RETURN_DECISIONS = {"returns.decide", "returns.decide_any", "returns.settle"}
"""`decide` reaches as far as the decider's own line of customers, `decide_any` to everybody's."""
_JOBS = {
    "tickets.share",
    "tickets.accept",
    "tickets.on_my_way",
    "tickets.sign_in",
    "tickets.pause",
    "tickets.resume",
    "tickets.sign_out",
    "tickets.add_photo",
    "tickets.hand_over",
    "feedback.rate",
    "checklists.submit",
}
_FORMS = {"checklists.create_form", "checklists.edit_form"}
_ADMINISTRATION = {
    "users.create",
    "users.edit",
    "teams.create",
    "teams.edit",
    "devices.manage",
    "organization.edit",
    "parked.manage",
}

PERMISSIONS: dict[str, frozenset[str]] = {
    "administrator": frozenset(
        _EVERYBODY
        | _CUSTOMERS
        | _VISITS
        | _DISPATCH
        | _JOBS
        | _FORMS
        | _SALES
        | _RETURNS
        | _RETURN_DECISIONS
        | _ADMINISTRATION
        | {"visits.review"}
    ),
    "executive": frozenset(
        _EVERYBODY | _CUSTOMERS | _VISITS | _DISPATCH | _SALES | _RETURNS | _RETURN_DECISIONS | {"visits.review"}
    ),
    "sales_manager": frozenset(
        _EVERYBODY | _CUSTOMERS | _VISITS | _REQUESTS | _SALES | _RETURNS | {"returns.decide", "visits.review"}
    ),
    "salesperson": frozenset(_EVERYBODY | _CUSTOMERS | _VISITS | _REQUESTS | _SALES | _RETURNS),
    "service_manager": frozenset(
        _EVERYBODY
        | _VISITS
        | _DISPATCH
        | _JOBS
        | _FORMS
        | _RETURNS
        | _RETURN_DECISIONS
        | {"contacts.create", "contacts.edit", "visits.review"}
    ),
    "technician": frozenset(_EVERYBODY | _JOBS | _RETURNS | {"visits.check_in", "visits.check_out"}),
    "finance": frozenset(_EVERYBODY | _RETURN_DECISIONS),
    "marketing": frozenset(_EVERYBODY | {"accounts.create", "contacts.create"}),
    "agent": frozenset(_EVERYBODY | (_CUSTOMERS - {"accounts.transfer"}) | _VISITS),
}

READERS_OF_EVERYTHING = frozenset({"administrator", "executive"})
"""Roles that are in everybody's reporting line."""

DIRECTORY_ROLES = frozenset(PERMISSIONS) - {"agent"}
"""Roles that see the card of every customer, so that nobody calls on a colleague's customer unawares."""

EVERY_PERMISSION = frozenset[str]().union(*PERMISSIONS.values()) | {INTERNAL}


def permissions_of(roles: list[str] | tuple[str, ...]) -> frozenset[str]:
    """Everything that a person with these roles may do."""
    return frozenset[str]().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))
