"""Facts are always kept, whatever has become of the customer, the plan or the visit meanwhile."""

from uuid import UUID

from cairn.kernel.commands import registry
from sync.simulation.mutations import FACTS
from sync.simulation.tables import Tables
from sync.simulation.world import World


def check(world: World, tables: Tables) -> None:
    written = {line for note in tables.records["note"].values() for line in note.text.split("\n")}
    # A note on a record that the server refused is refused with it; its words stand in the refusal.
    refused = {
        entry.args["id"]
        for phone in world.phones
        for entry in phone.recorded
        if entry.receipt is not None and entry.receipt["status"] == "rejected" and registry.by_name[entry.name].creates
    }
    for phone in world.phones:
        for entry in phone.recorded:
            if entry.name not in FACTS or entry.receipt is None:
                continue
            about_nothing = entry.name == "notes.add" and entry.args["about"]["id"] in refused
            if not about_nothing:
                assert entry.receipt["status"] == "applied", f"a fact of {phone.label} was refused: {entry}"
            if entry.name == "visits.check_out":
                visit = tables.records["visit"][UUID(entry.args["id"])]
                assert visit.state == "done"
                assert entry.args["report"] in written | {visit.report}, f"a report is lost: {entry}"
