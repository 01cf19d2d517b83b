"""After everything, the feed alone must rebuild the tables."""

from support.feed import assert_feed_rebuilds_tables
from sync.simulation.tables import Tables
from sync.simulation.world import World


async def check(world: World, _tables: Tables) -> None:
    await assert_feed_rebuilds_tables(world.server.services.database)
