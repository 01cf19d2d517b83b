"""Phones and server count the same documents and seqs, bucket by bucket."""

from cairnsync.checks import checks_of
from sync.simulation.tables import Tables
from sync.simulation.world import World


def check(world: World, _tables: Tables) -> None:
    statement = "SELECT name, documents, seq_sum FROM bucket WHERE organization_id = ?"
    rows = world.server.connection.execute(statement, (world.server.organization,))
    server = {name: (documents, seq_sum) for name, documents, seq_sum in rows}
    for phone in world.phones:
        held = checks_of((*key, seq) for key, (seq, _) in phone.client.held.items())
        for bucket, count, total in held:
            assert server[bucket] == (count, total), f"{phone.label} and the server disagree about {bucket}"
