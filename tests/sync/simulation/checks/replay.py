"""Everything that was ever sent may come again: the same receipts, and nothing changes."""

from typing import Any

import msgspec

from sync.simulation.tables import Tables
from sync.simulation.world import World

Json = dict[str, Any]


def check(world: World, tables: Tables) -> None:
    before = _everything(world)
    (epoch,) = world.ground.view.execute("SELECT epoch FROM organization_head").fetchone()
    for (person, device), rows in _by_device(world, tables).items():
        body = {
            "device": device,
            "epoch": epoch,
            "confirmed": 0,
            "sent_at": "2026-11-23T00:00:00Z",
            "mutations": [_wire(row) for row in rows],
        }
        status, answer = world.ground.loop.finish(world.deliver(person, "/sync/push", msgspec.json.encode(body)))
        if status == 403:  # the device was shut out
            continue
        assert status == 200, f"{person} could not send everything again: {answer}"
        assert [each["status"] for each in answer["receipts"]] == [row.status for row in rows]
    assert _everything(world) == before, "a replay changed something"


def _by_device(world: World, tables: Tables) -> dict[tuple[str, str], list[Any]]:
    names = {user_id: name for name, user_id in world.users.items()}
    found: dict[tuple[str, str], list[Any]] = {}
    for row in tables.log:
        if row.device_id is not None:
            found.setdefault((names[str(row.user_id)], str(row.device_id)), []).append(row)
    return found


def _wire(row: Any) -> Json:
    return {"seq": row.seq, "name": row.name, "v": row.version, "at": row.at, "args": msgspec.Raw(row.args)}


def _everything(world: World) -> list[Any]:
    fetch = world.ground.view.execute
    return [
        fetch("SELECT * FROM organization_head").fetchall(),
        fetch("SELECT * FROM feed").fetchall(),
        fetch("SELECT * FROM account").fetchall(),
        fetch("SELECT * FROM ticket").fetchall(),
        fetch("SELECT id, status FROM command_log").fetchall(),
        fetch("SELECT id, last_seq, confirmed FROM device WHERE last_seq > 0").fetchall(),
    ]
