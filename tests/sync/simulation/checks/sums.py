"""Phones and server count the same documents and seqs, bucket by bucket."""

from cairnsync.checks import checks_of
from sync.simulation.tables import Tables
from sync.simulation.world import World


def check(world: World, _tables: Tables) -> None:
    statement = "SELECT name, documents, seq_sum FROM bucket WHERE organization_id = ?"
    rows = world.ground.view.execute(statement, (world.ground.organization,))
    server = {name: (documents, seq_sum) for name, documents, seq_sum in rows}
    for phone in world.phones:
        for bucket, count, total in checks_of(phone.seqs()):
            assert server[bucket] == (count, total), f"{phone.label} and the server disagree about {bucket}"
