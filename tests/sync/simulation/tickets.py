"""What people do about customers' requests: who takes them down, who gives them out, and who goes there."""

from sync.simulation.mutations import Hands, Json, Maker

TYPES = ("repair", "installation", "complaint")
TITLES = ("Compressor is loud", "冷库门关不严", "No cooling since Monday")
PRIORITIES = ("low", "normal", "urgent")
REPORTS = ("bearing replaced", "等配件", "nobody was there")
WORKERS = ("tech", "tech", "tech", "service", "rep1")
"""Whom tickets are given to; rep1 cannot take one, unless the office makes a technician of them."""

TICKET_FIELDS = {
    "title": lambda hands, _seen: hands.random.choice(TITLES),
    "priority": lambda hands, _seen: hands.random.choice(PRIORITIES),
}


def create_ticket(hands: Hands) -> Json | None:
    """For a customer of one's own or, by the directory's card, for anybody's."""
    found = hands.some("account", "account_card")
    return found and {
        "id": hands.fresh("ticket"),
        "account_id": found[1],
        "type": hands.random.choice(TYPES),
        "title": hands.random.choice(TITLES),
        "priority": hands.random.choice(PRIORITIES),
    }


def assign(hands: Hands) -> Json | None:
    found = hands.some("ticket")
    return found and {
        "id": found[1],
        "to_user_id": hands.users[hands.random.choice(WORKERS)],
        "helper_ids": [hands.users["service"]] * (hands.random.random() < 0.3),
    }


def call_back(hands: Hands) -> Json | None:
    found = close(hands)
    satisfaction = hands.random.choice((None, 1, 5))
    return found and {**found, "solved": hands.random.random() < 0.5, "satisfaction": satisfaction}


def close(hands: Hands) -> Json | None:
    """What is done, as far as the phone knows; else, what may not be."""
    done = [each["id"] for each in hands.view.get("ticket", {}).values() if each["status"] in ("done", "call_back")]
    found = done or hands.ids("ticket")
    return {"id": hands.random.choice(found)} if found else None


def sign_out(hands: Hands) -> Json | None:
    found = hands.some("ticket")
    return found and {
        "id": found[1],
        "report": hands.random.choice(REPORTS),
        "outcome": hands.random.choice(("done", "done", "waiting_parts", "waiting_customer")),
        "position": hands.maybe(hands.position()),
    }


def step(**fields: Maker) -> Maker:
    """Something that is done about a ticket, with or without further words."""

    def make(hands: Hands) -> Json | None:
        found = hands.some("ticket")
        return found and {"id": found[1], **{name: hands.maybe(say(hands)) for name, say in fields.items()}}

    return make
