"""Promise 3: a phone shows exactly what its user's grants allow, as the tables have it."""

from sync.simulation.tables import Documents, Tables
from sync.simulation.world import World


def check(world: World, tables: Tables) -> None:
    for phone in world.phones:
        held = world.rights.held(phone.user_id.replace("-", ""))
        shown: Documents = {}
        seqs: dict[tuple[str, str], int] = {}
        for (bucket, kind, record_id), (seq, document) in phone.client.held.items():
            assert bucket in held, f"{phone.label} still holds {bucket}"
            if seqs.get((kind, record_id), -1) < seq:
                seqs[kind, record_id], shown[kind, record_id] = seq, document
        wanted = tables.visible_to(held)
        assert shown.keys() == wanted.keys(), f"{phone.label}: {shown.keys() ^ wanted.keys()}"
        different = {key: (shown[key], wanted[key]) for key in wanted if shown[key] != wanted[key]}
        assert not different, f"{phone.label} shows what the tables do not say: {different}"
