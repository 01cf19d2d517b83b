"""The log of edits, played again by the rule of the protocol alone, leads to the values that stand in the tables.

Only fields that ask are played: current = base → take it; current = set → nothing to do; else a conflict.
"""

from typing import Any
from uuid import UUID

import msgspec

from sync.simulation.tables import Tables
from sync.simulation.versions import fields_of
from sync.simulation.world import World

Json = dict[str, Any]
FIELDS = ("name", "phone")
KINDS = {"accounts": "account", "contacts": "contact"}


def check(_world: World, tables: Tables) -> None:
    state: dict[tuple[str, str], Json] = {}
    for row in tables.log:
        if row.status not in ("applied", "merged") or row.args is None:
            continue
        args = msgspec.json.decode(row.args)
        module, _, action = row.name.partition(".")
        kind = KINDS.get(module)
        if kind and action == "create":
            said = fields_of(row.name, args)
            state.setdefault((kind, args["id"]), {name: said.get(name) for name in FIELDS})
        elif kind and action == "edit":
            asked = _edit(state[kind, args["id"]], args)
            assert asked == {each["field"] for each in row.conflicts} & set(FIELDS), f"{row.name} {args}"
        elif row.name == "conflicts.resolve":
            _resolve(state, tables, args)
    for (kind, record_id), values in state.items():
        record = tables.records[kind][UUID(record_id)]
        assert values == {name: getattr(record, name) for name in FIELDS}, f"{kind} {record_id}"


def _edit(current: Json, args: Json) -> set[str]:
    """Apply an edit; the fields that a person has to settle."""
    conflicts = set()
    for name in FIELDS:
        if name not in args["set"] or current[name] == args["set"][name]:
            continue
        if current[name] == args["base"][name]:
            current[name] = args["set"][name]
        else:
            conflicts.add(name)
    return conflicts


def _resolve(state: dict[tuple[str, str], Json], tables: Tables, args: Json) -> None:
    conflict = tables.records["conflict"][UUID(args["id"])]
    is_played = conflict.field in FIELDS and conflict.about["kind"] in KINDS.values()
    if is_played and args["take"] != "theirs":
        value = conflict.mine if args["take"] == "mine" else args["value"]
        state[conflict.about["kind"], conflict.about["id"]][conflict.field] = value
