"""What people do on their phones about customers and visits, from what the phone knows at that moment.

Values come from small sets, so that phones often want different things for the same field.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from cairn.kernel.ids import NewId
from cairnsync.clock import Clock
from sync.simulation.phone import Phone, View

Json = dict[str, Any]
NAMES = ("澄湖制冷", "Lake Cooling", "苏州工业", "Harbour Foods", "宁波冷链")
PHONES = (None, "0512-1", "0512-2", "0512-3")
TAGS = ("vip", "cold", "冷库", "new")
LINES = ("first line", "second line", "第三行", "fourth line")
PEOPLE = ("rep1", "rep2", "manager", "other")


@dataclass
class Hands:
    """The person at the phone, and the dice that decide what they do."""

    phone: Phone
    random: Random
    new_id: NewId
    users: dict[str, str]
    made: dict[str, list[str]]
    """Ids of records that were made here, by kind, whether the server knows of them or not."""
    view: View = field(init=False)

    def __post_init__(self) -> None:
        self.view = self.phone.view()

    @property
    def clock(self) -> Clock:
        return self.phone.clock

    def fresh(self, kind: str) -> str:
        """The id of a record that is about to be made on this phone."""
        record_id = str(self.new_id())
        self.made.setdefault(kind, []).append(record_id)
        return record_id

    def ids(self, kind: str) -> list[str]:
        """Records of a kind that this phone knows of: what it shows, and what was made here."""
        return list(dict.fromkeys([*self.view.get(kind, {}), *self.made.get(kind, [])]))

    def some(self, *kinds: str) -> tuple[str, str] | None:
        """(kind, id) of a record that this phone knows of."""
        known = [(kind, record_id) for kind in kinds for record_id in self.ids(kind)]
        return self.random.choice(known) if known else None

    def seen(self, kind: str, record_id: str) -> Json:
        """A record as its user sees it: the phone's version, or what they typed themself."""
        document = self.view.get(kind, {}).get(record_id)
        if document is not None:
            return document
        return next((each.args for each in self.phone.recorded if each.args.get("id") == record_id), {})

    def position(self) -> Json:
        at = self.clock.now() - timedelta(seconds=self.random.choice((0, 30, 900)))
        return {
            "lat": round(31.3 + self.random.uniform(-0.02, 0.02), 6),
            "lon": round(120.6 + self.random.uniform(-0.02, 0.02), 6),
            "accuracy_m": self.random.choice((5.0, 12.5, 400.0)),
            "fixed_at": at.isoformat().replace("+00:00", "Z"),
        }

    def maybe(self, value: Any) -> Any:
        return value if self.random.random() < 0.5 else None


Maker = Callable[[Hands], Json | None]


def create_account(hands: Hands) -> Json:
    return {
        "id": hands.fresh("account"),
        "name": hands.random.choice(NAMES),
        "phone": hands.random.choice(PHONES),
        "position": hands.maybe(hands.position()),
        "tags": hands.random.sample(TAGS, hands.random.randrange(3)),
        "notes": hands.maybe("\n".join(LINES[:2])),
    }


ACCOUNT_FIELDS: dict[str, Callable[[Hands, Any], Any]] = {
    "name": lambda hands, seen: hands.random.choice(NAMES),
    "phone": lambda hands, seen: hands.random.choice(PHONES),
    "tags": lambda hands, seen: hands.random.sample(TAGS, hands.random.randrange(4)),
    "notes": lambda hands, seen: "\n".join([*(seen or "").split("\n")[:3], hands.random.choice(LINES)]),
    "position": lambda hands, seen: hands.maybe(hands.position()),
}
CONTACT_FIELDS = {name: ACCOUNT_FIELDS[name] for name in ("name", "phone")}
SITE_FIELDS = {name: ACCOUNT_FIELDS[name] for name in ("name", "position")}


def edit(kind: str, fields: dict[str, Callable[[Hands, Any], Any]]) -> Maker:
    def make(hands: Hands) -> Json | None:
        found = hands.some(kind)
        if found is None:
            return None
        seen = hands.seen(*found)
        names = hands.random.sample(sorted(fields), hands.random.choice((1, 1, 2)))
        wanted = {name: fields[name](hands, seen.get(name)) for name in names}
        return {"id": found[1], "set": wanted, "base": {name: seen.get(name) or EMPTY.get(name) for name in names}}

    return make


EMPTY: Json = {"name": NAMES[0], "tags": [], "title": NAMES[0], "priority": "low"}
"""What an edit takes for the base of a field that the phone never saw."""


def transfer_account(hands: Hands) -> Json | None:
    found = hands.some("account")
    return found and {"id": found[1], "to_user_id": hands.users[hands.random.choice(PEOPLE)]}


def create_contact(hands: Hands) -> Json | None:
    found = hands.some("account")
    return found and {
        "id": hands.fresh("contact"),
        "account_id": found[1],
        "name": hands.random.choice(NAMES),
        "phone": hands.random.choice(PHONES),
    }


def create_site(hands: Hands) -> Json | None:
    found = hands.some("account")
    return found and {
        "id": hands.fresh("site"),
        "account_id": found[1],
        "name": hands.random.choice(NAMES),
        "position": hands.position(),
    }


def plan_visit(hands: Hands) -> Json | None:
    found = hands.some("account")
    starts_at = hands.clock.now() + timedelta(days=hands.random.randrange(5))
    return found and {
        "id": hands.fresh("visit_plan"),
        "account_id": found[1],
        "starts_at": starts_at.isoformat().replace("+00:00", "Z"),
        "purpose": hands.maybe("maintenance"),
    }


def cancel_plan(hands: Hands) -> Json | None:
    found = hands.some("visit_plan")
    return found and {"id": found[1]}


def check_in(hands: Hands) -> Json | None:
    """At a customer of one's own or, by the directory's card, at anybody's."""
    found = hands.some("account", "account", "account_card")
    if found is None:
        return None
    plan = hands.maybe(hands.some("visit_plan"))
    photos = [photo for photo in hands.made.get("file", []) if hands.random.random() < 0.3]
    photos += [hands.fresh("file")] * (hands.random.random() < 0.3)
    return {
        "id": hands.fresh("visit"),
        "account_id": found[1],
        "position": hands.position(),
        "plan_id": plan and plan[1],
        "photo_ids": photos[:20],
        "note": hands.maybe("到了"),
    }


def check_out(hands: Hands) -> Json | None:
    own = [
        record_id
        for record_id in hands.ids("visit")
        if hands.seen("visit", record_id).get("user_id", hands.phone.user_id) == hands.phone.user_id
    ]
    if not own:
        return None
    return {
        "id": hands.random.choice(own),
        "report": hands.random.choice(LINES),
        "position": hands.maybe(hands.position()),
        "next_step": hands.random.choice((None, "call on Friday", {"text": "quote", "due_at": None})),
    }


def add_note(hands: Hands) -> Json | None:
    found = hands.some("account", "contact", "site", "visit", "visit_plan")
    return found and {
        "id": hands.fresh("note"),
        "about": {"kind": found[0], "id": found[1]},
        "text": hands.random.choice(LINES),
    }


def resolve_conflict(hands: Hands) -> Json | None:
    documents = hands.view.get("conflict", {})
    found = [each for each in documents.values() if each["state"] == "open"] or list(documents.values())[:1]
    if not found:
        return None
    conflict = hands.random.choice(found)
    take = hands.random.choice(("mine", "theirs", "value"))
    value = conflict["mine"] if take == "value" else None
    return {"id": conflict["id"], "take": take, "value": value}


def close_refusal(hands: Hands) -> Json | None:
    found = hands.some("refusal")
    return found and {"id": found[1], "outcome": hands.random.choice(("retried", "handed_over", "given_up"))}
