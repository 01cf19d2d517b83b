"""Facts are always kept, whatever has become of the customer, the plan or the visit meanwhile."""

from typing import Any
from uuid import UUID

from cairn.kernel.commands import registry
from sync.simulation.mutations import FACTS
from sync.simulation.tables import Tables
from sync.simulation.world import World


def check(world: World, tables: Tables) -> None:
    written = {line for note in tables.records["note"].values() for line in note.text.split("\n")}
    known = {record_id for records in tables.records.values() for record_id in records}
    for row in tables.log:
        if row.name not in FACTS or row.device_id is None:
            continue
        args = registry.by_name[row.name].read(row.version, row.args or b"")
        if row.status == "rejected":
            # What hangs on a record that never came about, or that a restored server does not know again yet, is
            # refused; its words stand in the refusal.
            assert row.code == "not_found" and (world.restores or _about(row.name, args) not in known), (
                f"a fact was refused: {row.name} {row.args!r} {row.code}"
            )
        elif row.name == "visits.check_out":
            visit = tables.records["visit"].get(UUID(str(args.id)))  # none where no room was left for its check-in
            assert visit is None or visit.state == "done"
            kept = written if visit is None else written | {visit.report}
            assert args.report in kept, f"a report is lost: {row.args!r}"


def _about(name: str, args: Any) -> UUID:
    match name:
        case "notes.add":
            return UUID(str(args.about.id))
        case "visits.check_in":
            return UUID(str(args.account_id))
    return UUID(str(args.id))
