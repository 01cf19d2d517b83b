"""Once faults stop, everybody comes into step, within a bound."""

from sync.simulation.node_phone import NodePhone
from sync.simulation.world import World

MOST_ROUNDS = 5
ROUND_S = 600.0
LONGEST_PAUSE_S = 7_200.0
"""By then every parked mutation is due again."""


FROZEN_S = (10.0,) * 6
"""Whoever leads and gives no sign of life for as long as this loses its place to another tab."""


def heal(world: World) -> None:
    """Every server is up, every link whole, everybody in service: soon all phones must be in step."""
    for server in world.servers:
        server.traps.clear()
    phones = [phone for phone in world.phones if isinstance(phone, NodePhone)]
    _replace_frozen(world, phones)
    world.ground.loop.advance(ROUND_S)
    for each in world.phones:
        each.sync([])
    world.ground.loop.advance(LONGEST_PAUSE_S)
    for _ in range(MOST_ROUNDS):  # what is parked was refused its version until now
        if not world.ground.loop.finish(world.servers[0].retry_parked()):
            break
    _come_into_step(world)
    for phone in phones:
        phone.thaw()
    if phones:
        _come_into_step(world)


def _replace_frozen(world: World, phones: list[NodePhone]) -> None:
    """Nobody asks for it: another tab takes the lead by itself."""
    for phone in phones:
        phone.recover()
    for pause_s in FROZEN_S if phones else ():
        world.ground.loop.advance(pause_s)
        world.tick()
    without = [phone.label for phone in phones if not phone.is_led()]
    assert not without, f"nobody leads on {without}"


def _come_into_step(world: World) -> None:
    world.tick()
    for _ in range(MOST_ROUNDS):
        before = world.journal.seq
        for phone in world.phones:
            phone.sync([])
            world.ground.loop.advance(1)
        world.raise_failures()
        world.journal.check()
        if world.journal.seq == before and all(phone.in_step() for phone in world.phones):
            break
    late = [phone.label for phone in world.phones if not phone.in_step() or phone.waiting()]
    assert not late, f"{late} do not come into step"
