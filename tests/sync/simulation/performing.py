"""Carries a step out: on a phone, on its link, on a server, on the database, or in the office."""

import json
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from cairn.modules.files.commands import AnnounceFile
from sync.simulation.checks import pokes
from sync.simulation.node_phone import NodePhone
from sync.simulation.script import Step
from sync.simulation.server import encoded
from sync.simulation.versions import NEW, demand, renew_servers
from sync.simulation.world import Backup, World

Json = dict[str, Any]
MOST_BACKUPS = 4
OLDEST_BACKUP = timedelta(days=6)
"""Phones keep what was acknowledged for seven days: of an older backup nothing is promised."""


def perform(world: World, step: Step) -> None:
    """Let its time pass, do it, and let everybody act who can; a step about a phone that is not there does nothing."""
    loop = world.ground.loop
    loop.advance(step["after_s"])
    loop.random, world.new_id.random = Random(step["dice"]), Random(step["dice"] + 1)
    world.tick()
    ACTIONS[step["do"]](world, step)
    loop.settle()
    world.raise_failures()
    world.journal.check()


def record(world: World, step: Step) -> None:
    phone = world.phone(step["phone"])
    if isinstance(phone, NodePhone) and step.get("together"):
        phone.record_together(step["mutations"])
    elif phone:
        for mutation in step["mutations"]:
            phone.record(mutation["name"], mutation["args"], mutation.get("v", 1))
            world.ground.loop.advance(step.get("pace_s", 0))
            world.tick()


def sync(world: World, step: Step) -> None:
    for label, plan in step["plans"].items():
        if phone := world.phone(label):
            phone.sync([(fate, seconds) for fate, seconds in plan])


def resize(world: World, step: Step) -> None:
    if phone := world.phone(step["phone"]):
        phone.resize(step["page_rows"], step["batch"])


def trap(world: World, step: Step) -> None:
    world.servers[step["server"]].traps.arm(step["statement"], step["fault"])


def kill(world: World, step: Step) -> None:
    world.servers[step["server"]].kill()


def die(world: World, step: Step) -> None:
    if phone := world.phone(step["phone"]):
        phone.die(step["at"])


def freeze(world: World, step: Step) -> None:
    if isinstance(phone := world.phone(step["phone"]), NodePhone):
        phone.freeze(step["at"])


def thaw(world: World, step: Step) -> None:
    if isinstance(phone := world.phone(step["phone"]), NodePhone):
        phone.thaw()


def fail(world: World, step: Step) -> None:
    """A phone's disk is full, or breaks transactions off."""
    if isinstance(phone := world.phone(step["phone"]), NodePhone):
        phone.fail(step["trouble"], step["after"], step["times"])


def clone(world: World, step: Step) -> None:
    """A backup of a phone is brought onto another: two devices believe to be the same."""
    if phone := world.phone(step["phone"]):
        world.phones.append(phone.clone(step["label"], world.link(phone.person)))
        world.may_repeat = True


def evict(world: World, step: Step) -> None:
    """The browser deletes a phone's storage: what the server has not got is gone."""
    if phone := world.phone(step["phone"]):
        world.retired += [(phone.user_id, each) for each in phone.recorded]
        phone.recorded.clear()
        world.made.pop(phone.label, None)
        phone.lose_storage()


def revoke(world: World, step: Step) -> None:
    """The office shuts a device out."""
    if phone := world.phone(step["phone"]):
        world.may_repeat = True  # what is unsent goes again from a new device, whether its receipt was lost or not
        now = world.clock.now().replace(tzinfo=None).isoformat(" ")
        device = phone.device.replace("-", "")
        world.ground.view.execute("UPDATE device SET revoked_at = ? WHERE id = ?", (now, device))


def clock(world: World, step: Step) -> None:
    if phone := world.phone(step["phone"]):
        phone.set_clock(step["error_s"])


def wait(world: World, step: Step) -> None:
    world.ground.loop.advance(step["seconds"])


def lead(world: World, step: Step) -> None:
    team = world.ground.teams["sales"]
    _edit(world, "teams.edit", "team", team, {"lead_ids": [world.users[name] for name in step["leads"]]})


def move(world: World, step: Step) -> None:
    edit_user(world, step["person"], {"team_id": world.ground.teams[step["team"]]})


def promote(world: World, step: Step) -> None:
    edit_user(world, step["person"], {"roles": step["roles"]})


def suspend(world: World, step: Step) -> None:
    edit_user(world, step["person"], {"active": step["active"]})


def edit_user(world: World, person: str, values: Json) -> None:
    _edit(world, "users.edit", "user_account", world.users[person], values)


def _edit(world: World, command: str, table: str, record_id: str, values: Json) -> None:
    """The office edits what it sees at this moment."""
    base = {name: _column(world, table, record_id, name) for name in values}
    _command(world, command, {"id": record_id, "set": values, "base": base})


def _column(world: World, table: str, record_id: str, name: str) -> Any:
    statement = f"SELECT {name} FROM {table} WHERE id = ?"
    (value,) = world.ground.view.execute(statement, (record_id.replace("-", ""),)).fetchone()
    if name == "active":
        return bool(value)
    return json.loads(value) if name in ("lead_ids", "roles") else value


def _command(world: World, name: str, values: Json) -> None:
    server = world.servers[world.ground.loop.random.randrange(len(world.servers))]
    world.ground.loop.create_task(_carried_out(world, server.command(name, values)))


async def _carried_out(world: World, work: Any) -> None:
    try:
        await work
    except Exception as error:
        world.ground.loop.failures.append(error)


def photo(world: World, step: Step) -> None:
    """A photo's bytes may come before the check-in that names it."""
    if phone := world.phone(step["phone"]):
        command = AnnounceFile(
            id=step["id"],
            filename="gate.jpg",
            filetype="image/jpeg",
            bytes=1,
            sha256="0" * 64,
            uploader_id=phone.user_id,  # type: ignore[arg-type]
            expires_at=world.clock.now(),
        )
        _command(world, "files.announce", encoded(command))


def upgrade(world: World, step: Step) -> None:
    """The servers learn what newer apps have sent already."""
    renew_servers(NEW)


def demand_new(world: World, step: Step) -> None:
    """The servers serve old apps no longer: these keep what they have until they are updated."""
    renew_servers(NEW)
    demand(NEW)


def update(world: World, step: Step) -> None:
    if phone := world.phone(step["phone"]):
        phone.update()


def retry(world: World, step: Step) -> None:
    """The worker tries parked mutations again."""
    world.ground.loop.create_task(world.servers[step["server"]].retry_parked())


def listen(world: World, step: Step) -> None:
    pokes.listen(world, step["person"])


def back_up(world: World, step: Step) -> None:
    world.backups = [*world.backups, Backup(world.clock.now(), world.ground.copy(), dict(world.receipts))][
        -MOST_BACKUPS:
    ]


def restore(world: World, step: Step) -> None:
    """The servers stop, the database is put back, and the servers begin a new history."""
    if step["backup"] >= len(world.backups):
        return
    backup = world.backups[step["backup"]]
    if world.clock.now() - backup.at > OLDEST_BACKUP:
        return
    for server in world.servers:
        server.kill()
    world.ground.loop.advance(1)
    world.restore(backup)


def compact(world: World, step: Step) -> None:
    """Removals are forgotten: every cursor from before begins anew."""
    world.ground.loop.create_task(_carried_out(world, world.servers[step["server"]].forget_removals()))


ACTIONS: dict[str, Callable[[World, Step], None]] = {
    "record": record,
    "sync": sync,
    "resize": resize,
    "trap": trap,
    "kill": kill,
    "die": die,
    "freeze": freeze,
    "thaw": thaw,
    "fail": fail,
    "clone": clone,
    "evict": evict,
    "revoke": revoke,
    "clock": clock,
    "wait": wait,
    "lead": lead,
    "move": move,
    "promote": promote,
    "suspend": suspend,
    "photo": photo,
    "upgrade": upgrade,
    "demand": demand_new,
    "update": update,
    "retry": retry,
    "listen": listen,
    "back up": back_up,
    "restore": restore,
    "compact": compact,
}
