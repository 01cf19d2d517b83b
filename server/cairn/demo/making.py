"""Making the demo company: founding it, then living through its story with a clock that is moved."""

from collections.abc import Callable
from datetime import date
from random import Random

from cairn.demo.chapters import tell
from cairn.demo.founding import found_company, found_other_company
from cairn.demo.ids import SeededIds
from cairn.demo.people import PASSWORD
from cairn.demo.performing import Performer, give_phones
from cairn.demo.story import SEED, founded_at
from cairn.kernel.settings import Settings
from cairn.modules.identity.passwords import hash_password
from cairn.services import build_services
from cairnsync.clock import ManualClock

Report = Callable[[str], None]


async def make_company(settings: Settings, today: date, report: Report) -> None:
    """Make both organizations in an empty, migrated database."""
    clock = ManualClock(founded_at(today))
    random = Random(f"{SEED} server {today.isoformat()}")  # noqa: S311 - for ids that are the same for the same day
    services = build_services(settings, clock=clock, make_id=SeededIds(clock, random))
    try:
        story, _ = tell(today)
        password_hash = await hash_password(PASSWORD)
        report("people and teams")
        organization_id = await found_company(services, story.user_ids, password_hash)
        phones = await give_phones(services, organization_id, story.user_ids)
        await Performer(services, clock, phones, report).perform(story.in_order())
        await found_other_company(services, password_hash)
    finally:
        await services.close()
