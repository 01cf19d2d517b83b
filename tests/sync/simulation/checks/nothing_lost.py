"""Promise 2: what was recorded is in the tables, in a conflict, or in a refusal that its author can read."""

from typing import Any
from uuid import UUID

from cairn.kernel.commands import registry
from cairnsync.merge import equal
from sync.simulation.phone import Phone
from sync.simulation.tables import Tables
from sync.simulation.world import World

Json = dict[str, Any]


def check(world: World, tables: Tables) -> None:
    for phone in world.phones:
        refusals = list(phone.client.documents("refusal").values())
        conflicts = phone.client.documents("conflict")
        for entry in phone.recorded:
            assert entry.receipt is not None
            match entry.receipt["status"]:
                case "rejected":
                    kept = any(each["name"] == entry.name and each["args"] == entry.args for each in refusals)
                    assert kept, f"{phone.label} cannot read the refusal of {entry}"
                case "merged":
                    for found in entry.receipt["conflicts"]:
                        assert _is_kept(conflicts[found["id"]], entry.args["set"]), f"a value is lost: {entry}"
            _check_creation(phone, entry.name, entry.args, entry.receipt, tables)


def _check_creation(phone: Phone, name: str, args: Json, receipt: Json, tables: Tables) -> None:
    creates = registry.by_name[name].creates
    if creates is None or receipt["status"] == "rejected":
        return
    assert UUID(args["id"]) in tables.records[creates.kind], f"{phone.label}: {name} {args['id']} is nowhere"


def _is_kept(conflict: Json, wanted: Json) -> bool:
    """Whether a conflict holds every value of its fields that its author asked for."""
    fields = conflict["field"].split("+")
    mine = conflict["mine"] if len(fields) > 1 else {fields[0]: conflict["mine"]}
    return all(equal(mine[name], wanted[name]) for name in fields if name in wanted)
