"""One seed from beginning to end: 200 steps, then everything is healed, and every promise is checked."""

from pathlib import Path

from sync.simulation.checks import edits, facts, feed, nothing_lost, receipts, replay, sums, visible
from sync.simulation.steps import heal, take_steps
from sync.simulation.tables import read_tables
from sync.simulation.world import open_world

STEPS = 200


async def simulate(seed: int, folder: Path, steps: int = STEPS) -> list[str]:
    """What happened; raises AssertionError, with the seed and the script in its notes, where a promise is broken."""
    async with open_world(seed, folder) as world:
        await take_steps(world, steps)
        await heal(world)
        tables = read_tables(world)
        for module in (receipts, nothing_lost, facts, edits, sums, visible):
            module.check(world, tables)
        await feed.check(world, tables)
        await replay.check(world, tables)
        return world.script
