"""Facts are always kept, whatever has become of the customer, the plan or the visit meanwhile; see also `entitled`."""

from uuid import UUID

from cairn.kernel.commands import registry
from sync.simulation.mutations import FACTS
from sync.simulation.tables import Tables
from sync.simulation.world import World


def check(_world: World, tables: Tables) -> None:
    written = {line for note in tables.records["note"].values() for line in note.text.split("\n")}
    for row in tables.log:
        if row.name not in FACTS or row.device_id is None:
            continue
        args = registry.by_name[row.name].read(row.version, row.args or b"")
        if row.status == "rejected":
            assert row.code == "not_permitted", f"a fact was refused: {row.name} {row.args!r} {row.code}"
        elif row.name == "visits.check_out":
            visit = tables.records["visit"][UUID(str(args.id))]
            assert visit.state == "done"
            assert args.report in written | {visit.report}, f"a report is lost: {row.args!r}"
