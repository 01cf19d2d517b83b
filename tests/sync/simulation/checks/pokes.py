"""Promise 6 for pokes: one comes exactly when something changed that its listener may read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from cairn.kernel.held import HeldCache, news_since
from support.house import HOME

if TYPE_CHECKING:
    from sync.simulation.world import World


@dataclass(frozen=True)
class Listener:
    """Somebody with an open stream, and what they could read when they last heard."""

    seq: int
    held: frozenset[str]


def listen(world: "World", person: str) -> None:
    """Ask whether there is news since the person last listened, and compare with what the tables say."""
    world.ground.loop.settle()  # what phones had begun by themselves
    world.journal.check()
    user_id = world.users[person]
    held = world.rights.held(user_id)
    before = world.listeners.get(person)
    world.listeners[person] = Listener(world.journal.seq, held)
    if before is None:
        return
    asked = news_since(world.ground.observer, HeldCache(), HOME, UUID(user_id), before.seq)
    _, poked = world.ground.loop.finish(asked)
    statement = (
        "SELECT DISTINCT b.name FROM feed f JOIN bucket b ON b.organization_id = f.organization_id "
        "AND b.number = f.bucket_number WHERE f.organization_id = ? AND f.seq > ?"
    )
    changed = {name for (name,) in world.ground.view.execute(statement, (world.ground.organization, before.seq))}
    is_news = bool(changed & held) or held != before.held
    assert poked == is_news, f"{person} {'was' if poked else 'was not'} poked for {sorted(changed)}"
