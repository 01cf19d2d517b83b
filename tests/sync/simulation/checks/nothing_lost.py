"""Promise 2: what was recorded is in the tables, in a conflict, or in a refusal that its author can read."""

from typing import Any
from uuid import UUID

import msgspec

from cairn.kernel.commands import registry
from cairnsync.merge import equal
from sync.simulation.phone import View
from sync.simulation.tables import Tables
from sync.simulation.world import World

Json = dict[str, Any]


def check(world: World, tables: Tables) -> None:
    shown: dict[str, View] = {}
    for phone in world.phones:
        shown[phone.user_id] = phone.view()
    for row in tables.log:
        view = shown.get(str(row.user_id))
        if row.device_id is None or view is None or row.args is None:
            continue
        args = msgspec.json.decode(row.args)
        if row.status == "rejected":
            refusals = view.get("refusal", {}).values()
            assert any(each["name"] == row.name and each["args"] == args for each in refusals), (
                f"its author cannot read the refusal of {row.name} {args}"
            )
            continue
        for found in row.conflicts:
            assert _is_kept(view["conflict"][found["id"]], args["set"]), f"a value is lost: {row.name} {args}"
        creates = registry.by_name[row.name].creates
        if creates is not None:
            assert UUID(args["id"]) in tables.records[creates.kind], f"{row.name} {args['id']} is nowhere"


def _is_kept(conflict: Json, wanted: Json) -> bool:
    """Whether a conflict holds every value of its fields that its author asked for."""
    fields = conflict["field"].split("+")
    mine = conflict["mine"] if len(fields) > 1 else {fields[0]: conflict["mine"]}
    return all(equal(mine[name], wanted[name]) for name in fields if name in wanted)
