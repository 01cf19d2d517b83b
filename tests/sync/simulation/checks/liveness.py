"""Once faults stop, everybody comes into step, within a bound."""

from sync.simulation.world import World

MOST_ROUNDS = 5
ROUND_S = 600.0
LONGEST_PAUSE_S = 7_200.0
"""By then every parked mutation is due again."""


def heal(world: World) -> None:
    """Every server is up, every link whole, everybody in service: soon all phones must be in step."""
    for server in world.servers:
        server.traps.clear()
    world.ground.loop.advance(ROUND_S)
    for phone in world.phones:
        phone.sync([])
    world.ground.loop.advance(LONGEST_PAUSE_S)
    for _ in range(MOST_ROUNDS):  # what is parked was refused its version until now
        if not world.ground.loop.finish(world.servers[0].retry_parked()):
            break
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
