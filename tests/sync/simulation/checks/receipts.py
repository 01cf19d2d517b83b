"""Promise 1: every mutation that a device recorded has exactly one terminal receipt."""

from sync.simulation.tables import Tables
from sync.simulation.world import World

TERMINAL = {"applied", "merged", "rejected"}


def check(world: World, tables: Tables) -> None:
    for phone in world.phones:
        for entry in phone.recorded:
            assert entry.receipt is not None, f"{phone.label} has no receipt of {entry}"
            assert entry.receipt["status"] in TERMINAL, f"{phone.label} has no verdict on {entry}"
    logged: dict[tuple[str, int], str] = {}
    for row in tables.log:
        if row.device_id is not None:
            key = (str(row.device_id), row.seq or 0)
            assert key not in logged, f"{key} was carried out twice"
            logged[key] = row.status
    assert logged == {key: receipt["status"] for key, receipt in world.receipts.items()}
