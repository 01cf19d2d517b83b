"""One seed, or one script, from beginning to end; then everything is healed, and every promise is checked."""

from collections.abc import Callable
from random import Random
from typing import Any

from sync.simulation.checks import edits, entitled, facts, feed, liveness, nothing_lost, receipts, replay, sums, visible
from sync.simulation.drawing import FEWEST_STEPS, MOST_STEPS, draw_beginning, draw_phones, draw_step
from sync.simulation.ground import Ground
from sync.simulation.performing import perform
from sync.simulation.script import Script
from sync.simulation.tables import read_tables
from sync.simulation.versions import demanded
from sync.simulation.world import World, open_world

CHECKS = (receipts, nothing_lost, facts, entitled, edits, sums, visible, feed, replay)


def simulate(ground: Ground, seed: int, script: Script | None = None) -> Script:
    """What happened; where a promise is broken, AssertionError or whatever failed. The script is filled as it goes."""
    random = Random(seed)
    script = script or Script([], [])
    script.seed, script.phones = seed, draw_phones(random)
    with open_world(ground, script.phones) as world:
        for number in range(random.randrange(FEWEST_STEPS, MOST_STEPS)):
            script.steps.append(draw_step(world, random) if number else draw_beginning(world, random))
            perform(world, script.steps[-1])
        _finish(world)
    return script


def play(ground: Ground, script: Script) -> None:
    """The same from a script."""
    with open_world(ground, script.phones) as world:
        for step in script.steps:
            perform(world, step)
        _finish(world)


def failure_of(run: Callable[..., Any], *arguments: Any) -> Exception | None:
    """What a run came to grief over."""
    try:
        run(*arguments)
    except Exception as error:
        return error
    return None


def _finish(world: World) -> None:
    for server in world.servers:
        server.traps.clear()
    for person in sorted({phone.person for phone in world.phones}):
        if not world.rights.held(world.users[person]):
            perform(world, {"do": "suspend", "person": person, "active": True, "after_s": 60, "dice": 0})
    perform(world, {"do": "upgrade", "after_s": 1, "dice": 0})
    for phone in world.phones:
        if phone.app < demanded():
            perform(world, {"do": "update", "phone": phone.label, "after_s": 0, "dice": 0})
    liveness.heal(world)
    world.journal.check()
    tables = read_tables(f"sqlite:///{world.ground.path}")
    for module in CHECKS:
        module.check(world, tables)
