"""Everything that was ever sent may come again: the same receipts, and nothing changes."""

from typing import Any

from cairnsync.client import Entry
from sync.simulation.phone import Phone
from sync.simulation.tables import Tables
from sync.simulation.world import World

Json = dict[str, Any]


async def check(world: World, _tables: Tables) -> None:
    before = _everything(world)
    for phone in world.phones:
        await _send_again(world, phone)
        while await phone.link.deliver_late():
            pass
    assert _everything(world) == before, "a replay changed something"


async def _send_again(world: World, phone: Phone) -> None:
    known: list[Entry] = phone.client.outbox
    if not known:
        return
    body = {
        "device": str(phone.client.device),
        "epoch": phone.client.epoch,
        "confirmed": 0,
        "sent_at": phone.client.clock.now().isoformat().replace("+00:00", "Z"),
        "mutations": [entry.wire for entry in known],
    }
    status, answer = await world.deliver(phone.person, "/sync/push", body)
    assert status == 200, f"{phone.label} could not send its outbox again: {answer}"
    assert answer["receipts"] == [entry.receipt for entry in known]


def _everything(world: World) -> list[Any]:
    fetch = world.server.connection.execute
    return [
        fetch("SELECT * FROM organization_head").fetchall(),
        fetch("SELECT * FROM feed").fetchall(),
        fetch("SELECT * FROM account").fetchall(),
        fetch("SELECT id, status FROM command_log").fetchall(),
        fetch("SELECT id, last_seq, confirmed FROM device WHERE last_seq > 0").fetchall(),
    ]
