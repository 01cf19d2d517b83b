"""Promise 3: a phone shows exactly what its user's grants allow, as the tables have it."""

from sync.simulation.tables import Documents, Tables
from sync.simulation.world import World


def check(world: World, tables: Tables) -> None:
    for phone in world.phones:
        held = world.rights.held(phone.user_id)
        strange = {bucket for bucket, _, _, _ in phone.seqs()} - held
        assert not strange, f"{phone.label} still holds {strange}"
        shown: Documents = {(kind, id_): doc for kind, docs in phone.view().items() for id_, doc in docs.items()}
        wanted = tables.visible_to(held)
        assert shown.keys() == wanted.keys(), f"{phone.label}: {shown.keys() ^ wanted.keys()}"
        different = {key: (shown[key], wanted[key]) for key in wanted if shown[key] != wanted[key]}
        assert not different, f"{phone.label} shows what the tables do not say: {different}"
