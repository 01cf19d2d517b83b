"""Promise 1: every mutation that a device recorded has exactly one terminal receipt, however often it was sent."""

from collections import Counter
from datetime import datetime
from typing import Any

import msgspec

from sync.simulation.tables import Tables
from sync.simulation.world import World

TERMINAL = {"applied", "merged", "rejected"}
Key = tuple[str, str, Any, datetime]


def check(world: World, tables: Tables) -> None:
    logged: dict[tuple[str, int], str] = {}
    carried_out: Counter[Key] = Counter()
    for row in tables.log:
        if row.device_id is None:
            continue
        key = (str(row.device_id), row.seq or 0)
        assert key not in logged, f"{key} was carried out twice"
        logged[key] = row.status
        assert row.status in TERMINAL, f"there is no verdict on {row.name} {row.args!r}"
        args = msgspec.json.decode(row.args) if row.args is not None else None
        carried_out[_key(str(row.user_id), row.name, args, row.at)] += 1
    for told, receipt in world.receipts.items():
        in_log = logged.get(told)
        assert receipt["status"] in ("parked", in_log), f"{told} was told {receipt}, the log says {in_log}"
    recorded: Counter[Key] = Counter()
    for phone in world.phones:
        assert phone.waiting() == 0, f"{phone.label} still waits for receipts"
        recorded.update(_key(phone.user_id, each.name, each.args, each.at) for each in phone.recorded)
    refused = _refused(world) if world.restores else set()
    for each, count in recorded.items():
        if world.may_repeat:
            assert carried_out[each] or each[:3] in refused, f"there is no receipt of {each}"
        else:
            assert carried_out[each] == count, f"{each} was carried out {carried_out[each]} times, not {count}"


def _refused(world: World) -> set[Any]:
    """What a restored server may know nothing of: a refusal is final, and its phone keeps it for its person."""
    return {(phone.user_id, name, _frozen(args)) for phone in world.phones for name, args in phone.refused()}


def _key(user_id: str, name: str, args: Any, at: Any) -> Key:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return user_id, name, _frozen(args), moment


def _frozen(value: Any) -> Any:
    """The same for equal values: 12 and 12.0 are one number to the wire."""
    if isinstance(value, dict):
        return frozenset((key, _frozen(each)) for key, each in value.items())
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value
