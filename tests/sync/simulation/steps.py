"""What can happen in a step: to a phone, to its link, to the server, and in the office."""

from collections.abc import Awaitable, Callable

from cairn.modules.files.commands import AnnounceFile
from sync.simulation.mutations import act
from sync.simulation.world import BATCHES, PAGES, World

LONGEST_PAUSE_S = 600
MOST_PHONES = 5


async def record(world: World) -> None:
    phone = world.random.choice(world.phones)
    done = act(world.hands(phone))
    if done is not None:
        entry = phone.record(*done)
        world.say(f"{phone.label} records {entry.seq} {entry.name} {entry.args}")


async def sync(world: World) -> None:
    await world.sync(world.random.choice(world.phones))


async def push_together(world: World) -> None:
    await world.push_together(world.random.sample(world.phones, 2))


async def late_request(world: World) -> None:
    phone = world.random.choice(world.phones)
    arrived = await phone.link.deliver_late()
    if arrived is not None:
        world.say(f"a late request of {phone.label} arrives: {arrived}")


async def resize(world: World) -> None:
    phone = world.random.choice(world.phones)
    phone.client.page_rows, phone.client.batch = world.random.choice(PAGES), world.random.choice(BATCHES)
    world.say(f"{phone.label} asks for pages of {phone.client.page_rows} and sends {phone.client.batch} at a time")


async def wait(world: World) -> None:
    world.clock.advance(world.random.choice((3_600, 20_000, 90_000)))


async def restart(world: World) -> None:
    world.say("the server starts again")
    await world.server.restart()


async def clone(world: World) -> None:
    phone = world.random.choice(world.phones)
    if len(world.phones) < MOST_PHONES:
        label = f"{phone.label}'"
        world.phones.append(phone.cloned(label, world.link(phone.person)))
        world.say(f"{phone.label} is copied onto {label}")


async def revoke(world: World) -> None:
    phone = world.random.choice(world.phones)
    world.say(f"the office shuts {phone.label} out")
    await _office(world, "DELETE", f"/api/devices/{phone.client.device}")


async def lead(world: World) -> None:
    leads = world.random.choice(([], [world.users["manager"]]))
    world.say(f"the sales team is led by {leads}")
    await _office(world, "PATCH", f"/api/v1/teams/{world.server.template.teams['sales']}", {"set": {"lead_ids": leads}})


async def move(world: World) -> None:
    team = world.random.choice(("sales", "north"))
    world.say(f"rep2 moves to {team}")
    await edit_user(world, "rep2", {"team_id": str(world.server.template.teams[team])})


async def suspend(world: World) -> None:
    active = world.random.random() < 0.6
    world.say(f"rep2 is {'in' if active else 'out of'} service")
    await edit_user(world, "rep2", {"active": active})


async def announce_photo(world: World) -> None:
    """A photo's bytes may come before the check-in that names it."""
    phone = world.random.choice(world.phones)
    photo = world.hands(phone).fresh("file")
    world.say(f"{phone.label} uploads {photo}")
    command = AnnounceFile(
        id=photo,  # type: ignore[arg-type]
        filename="gate.jpg",
        filetype="image/jpeg",
        bytes=1,
        sha256="0" * 64,
        uploader_id=phone.user_id,  # type: ignore[arg-type]
        expires_at=world.clock.now(),
    )
    await world.server.services.dispatcher.run(world.server.founder, command, "job")
    world.journal.check()


async def edit_user(world: World, name: str, values: dict[str, object]) -> None:
    await _office(world, "PATCH", f"/api/v1/users/{world.users[name]}", {"set": values})


async def _office(world: World, method: str, path: str, body: dict[str, object] | None = None) -> None:
    await world.server.request("admin", method, path, body)
    world.journal.check()


STEPS: dict[Callable[[World], Awaitable[None]], int] = {
    record: 100,
    sync: 45,
    push_together: 5,
    late_request: 6,
    resize: 4,
    wait: 3,
    restart: 2,
    clone: 2,
    revoke: 2,
    lead: 2,
    move: 2,
    suspend: 2,
    announce_photo: 3,
}


async def take_steps(world: World, count: int) -> None:
    for _ in range(count):
        world.clock.advance(world.random.randrange(1, LONGEST_PAUSE_S))
        (step,) = world.random.choices(list(STEPS), list(STEPS.values()))
        await step(world)


async def heal(world: World) -> None:
    """Everybody is in service, every link is whole, and everything is sent and fetched."""
    world.clock.advance(LONGEST_PAUSE_S)
    await edit_user(world, "rep2", {"active": True})
    for phone in world.phones:
        phone.link.healed = True
    # The first round sends everything, the second fetches what others sent after one's own turn; a device that
    # was shut out or cloned needs one more.
    for _ in range(4):
        for phone in world.phones:
            world.clock.advance(10)
            await world.sync(phone)
