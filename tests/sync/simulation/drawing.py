"""What happens next, as the seed says: a step that names everything it does, drawn from what there is."""

import os
from collections.abc import Callable
from random import Random
from typing import Any

from sync.simulation.habits import act
from sync.simulation.link import FATES
from sync.simulation.mutations import Hands
from sync.simulation.node_phone import NodePhone
from sync.simulation.phone import Phone
from sync.simulation.script import PhoneSetting, Step
from sync.simulation.traps import FAULTS
from sync.simulation.versions import NEW, OLD, as_sent
from sync.simulation.world import World

Json = dict[str, Any]
SALES_PEOPLE = ("rep1", "rep2", "manager")
SERVICE_PEOPLE = ["rep1", "service", "tech"]
SERVICE_SHARE = 0.3
"""How many of the seeds are about customers' requests."""
PAGES = (2, 8, 50, 5000, 5000, 5000)
BATCHES = (1, 2, 500, 500)
CLOCK_ERRORS_S = (0, 0, 0, -40, 200, 4000, -4000)
ENGINES = ("python", "memory", "memory", "indexeddb")
TABS = (1, 1, 2, 3)
TROUBLES = ("full", "broken")
NODE_SHARE = float(os.environ.get("NODE_SHARE", "0.1"))
"""How many of the seeds have phones with the TypeScript engine."""
SALES_ROLES = (["salesperson"], ["finance"], ["executive"], ["sales_manager"], ["finance", "salesperson"])
SERVICE_ROLES = (["technician"], ["finance"], ["service_manager"], ["technician", "salesperson"])
ROLES = {"rep1": (*SALES_ROLES, ["technician"]), "rep2": SALES_ROLES, "service": SERVICE_ROLES, "tech": SERVICE_ROLES}
"""What the office makes of people."""
FEWEST_STEPS, MOST_STEPS = 10, 30
MOST_PHONES = 4
PAUSES_S = (1, 2, 5, 20, 60, 600)
LATER_S = (0, 1, 20, 90, 2_000)
LONGEST_REACH = 40
"""A trap springs within so many statements."""


def draw_phones(random: Random) -> list[PhoneSetting]:
    is_service = random.random() < SERVICE_SHARE
    people = list(SERVICE_PEOPLE) if is_service else random.sample(SALES_PEOPLE, random.choice((2, 3)))
    people += random.choices(people, k=random.choice((0, 0, 1)))
    engines = ENGINES if random.random() < NODE_SHARE else ("python",)
    return [
        PhoneSetting(
            label=f"{person}-{number}",
            person=person,
            engine=random.choice(engines),
            clock_error_s=random.choice(CLOCK_ERRORS_S),
            page_rows=random.choice(PAGES),
            batch=random.choice(BATCHES),
            app=random.choice((OLD, NEW)),
            tabs=random.choice(TABS),
        )
        for number, person in enumerate(people)
    ]


def draw_beginning(world: World, random: Random) -> Step:
    """Nearly always, everybody begins with what there is."""
    plans: Json = {phone.label: [] for phone in world.phones if random.random() < 0.9}
    return {"do": "sync", "plans": plans, "after_s": 1, "dice": random.getrandbits(32)}


def draw_step(world: World, random: Random) -> Step:
    """The next step; its dice are for what it leaves to chance."""
    common = {"after_s": random.choice(PAUSES_S), "dice": random.getrandbits(32)}
    while True:
        (draw,) = random.choices(list(DRAWS), list(DRAWS.values()))
        step = draw(world, random)
        if step is not None:
            return step | common


def _some(world: World, random: Random) -> Phone:
    return random.choice(world.phones)


def _record(world: World, random: Random) -> Step | None:
    phone = _some(world, random)
    hands = Hands(phone, random, world.new_id, world.users, world.made.setdefault(phone.label, {}))
    done = [act(hands) for _ in range(random.choice((1, 1, 2, 3, 5)))]
    mutations = [as_sent(phone.app, name, args) for name, args in filter(None, done)]
    step = {"do": "record", "phone": phone.label, "mutations": mutations, "pace_s": random.choice((0, 1, 40))}
    if isinstance(phone, NodePhone) and random.random() < 0.3:
        step["together"] = True
    return step if mutations else None


def draw_plan(random: Random) -> list[Any]:
    """What becomes of the next few requests of a phone."""
    plan = [
        (random.choice(FATES), random.choice(LATER_S)) if random.random() < 0.25 else ("", 0)
        for _ in range(random.randrange(5))
    ]
    if random.random() < 0.05:
        plan += [("lose request", 0)] * 8
    return plan


def _sync(world: World, random: Random) -> Step:
    return {"do": "sync", "plans": {_some(world, random).label: draw_plan(random)}}


def _sync_together(world: World, random: Random) -> Step:
    phones = random.sample(world.phones, min(len(world.phones), 3))
    return {"do": "sync", "plans": {phone.label: draw_plan(random) for phone in phones}}


def _resize(world: World, random: Random) -> Step:
    page_rows, batch = random.choice(PAGES), random.choice(BATCHES)
    return {"do": "resize", "phone": _some(world, random).label, "page_rows": page_rows, "batch": batch}


def _trap(world: World, random: Random) -> Step:
    server, statement = random.randrange(len(world.servers)), random.randrange(1, LONGEST_REACH)
    return {"do": "trap", "server": server, "statement": statement, "fault": random.choice(FAULTS)}


def _kill(world: World, random: Random) -> Step:
    return {"do": "kill", "server": random.randrange(len(world.servers))}


def _die(world: World, random: Random) -> Step:
    return {"do": "die", "phone": _some(world, random).label, "at": random.randrange(40)}


def _of_a_node_phone(draw: Callable[[NodePhone, Random], Step]) -> Callable[[World, Random], Step | None]:
    def drawn(world: World, random: Random) -> Step | None:
        phone = _some(world, random)
        return draw(phone, random) if isinstance(phone, NodePhone) else None

    return drawn


def _freeze(phone: NodePhone, random: Random) -> Step:
    return {"do": "freeze", "phone": phone.label, "at": random.randrange(40)}


def _thaw(phone: NodePhone, random: Random) -> Step:
    return {"do": "thaw", "phone": phone.label}


def _fail(phone: NodePhone, random: Random) -> Step:
    after, times = random.randrange(12), random.choice((1, 1, 3, 20))
    return {"do": "fail", "phone": phone.label, "trouble": random.choice(TROUBLES), "after": after, "times": times}


def _clone(world: World, random: Random) -> Step | None:
    phone = _some(world, random)
    label = f"{phone.label}'"
    if len(world.phones) >= MOST_PHONES or world.phone(label) is not None:
        return None
    return {"do": "clone", "phone": phone.label, "label": label}


def _of_a_phone(action: str) -> Callable[[World, Random], Step]:
    return lambda world, random: {"do": action, "phone": _some(world, random).label}


def _clock(world: World, random: Random) -> Step:
    return {"do": "clock", "phone": _some(world, random).label, "error_s": random.choice(CLOCK_ERRORS_S)}


def _wait(world: World, random: Random) -> Step:
    return {"do": "wait", "seconds": random.choice((3_600, 20_000, 90_000))}


def _lead(world: World, random: Random) -> Step:
    return {"do": "lead", "leads": random.choice(([], ["manager"], ["rep2"]))}


def _move(world: World, random: Random) -> Step:
    return {"do": "move", "person": "rep2", "team": random.choice(("sales", "north"))}


def _promote(world: World, random: Random) -> Step | None:
    person = _some(world, random).person
    return {"do": "promote", "person": person, "roles": random.choice(ROLES[person])} if person in ROLES else None


def _suspend(world: World, random: Random) -> Step | None:
    person = _some(world, random).person
    return {"do": "suspend", "person": person, "active": random.random() < 0.6} if person in ROLES else None


def _listen(world: World, random: Random) -> Step:
    return {"do": "listen", "person": _some(world, random).person}


def _photo(world: World, random: Random) -> Step:
    phone = _some(world, random)
    photo = str(world.new_id())
    world.made.setdefault(phone.label, {}).setdefault("file", []).append(photo)
    return {"do": "photo", "phone": phone.label, "id": photo}


def _retry(world: World, random: Random) -> Step:
    return {"do": "retry", "server": random.randrange(len(world.servers))}


def _demand(world: World, random: Random) -> Step | None:
    """Phones that cannot be updated would be shut out for good."""
    return None if any(isinstance(phone, NodePhone) for phone in world.phones) else {"do": "demand"}


def _compact(world: World, random: Random) -> Step:
    return {"do": "compact", "server": random.randrange(len(world.servers))}


def _restore(world: World, random: Random) -> Step | None:
    return {"do": "restore", "backup": random.randrange(len(world.backups))} if world.backups else None


DRAWS: dict[Callable[[World, Random], Step | None], int] = {
    _record: 60,
    _sync: 40,
    _sync_together: 12,
    _resize: 3,
    _trap: 12,
    _kill: 3,
    _die: 5,
    _of_a_node_phone(_freeze): 6,
    _of_a_node_phone(_thaw): 4,
    _of_a_node_phone(_fail): 6,
    _clone: 2,
    _of_a_phone("evict"): 1,
    _of_a_phone("revoke"): 1,
    _clock: 2,
    _wait: 2,
    _lead: 2,
    _move: 2,
    _promote: 4,
    _suspend: 2,
    _photo: 3,
    _retry: 3,
    _listen: 5,
    lambda world, random: {"do": "upgrade"}: 2,
    _demand: 1,
    _of_a_phone("update"): 3,
    lambda world, random: {"do": "back up"}: 2,
    _restore: 4,
    _compact: 2,
}
