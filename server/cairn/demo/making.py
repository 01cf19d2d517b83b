"""Making the demo company: founding it, then living through its story with a clock that is moved."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from cairn.demo.chapters import tell
from cairn.demo.founding import found_company, found_other_company
from cairn.demo.ids import SeededIds
from cairn.demo.people import PASSWORD
from cairn.demo.performing import Performer, give_phones
from cairn.demo.phones import Phone
from cairn.demo.story import SEED, Act, founded_at
from cairn.kernel.settings import Settings
from cairn.modules.identity.passwords import hash_password
from cairn.services import build_services
from cairnsync.clock import ManualClock

Report = Callable[[str], None]

LATE = "rep6"
LATE_NOTES = ("周五前补发备件报价", "冷库门封条已老化，建议更换")


async def make_company(settings: Settings, today: date, report: Report) -> None:
    """Make both organizations in an empty, migrated database."""
    clock = ManualClock(founded_at(today))
    random = Random(f"{SEED} server {today.isoformat()}")  # noqa: S311 - for ids that are the same for the same day
    services = build_services(settings, clock=clock, make_id=SeededIds(clock, random))
    try:
        story, _ = tell(today)
        acts = story.in_order()
        password_hash = await hash_password(PASSWORD)
        report("people and teams")
        organization_id = await found_company(services, story.user_ids, password_hash)
        phones = await give_phones(services, organization_id, story.user_ids)
        await Performer(services, clock, phones, report).perform(acts)
        await keep_waiting(phones[LATE], acts, clock)
        await found_other_company(services, password_hash)
    finally:
        await services.close()


async def keep_waiting(phone: Phone, acts: Sequence[Act], clock: ManualClock) -> None:
    """Two notes on the last visit that the day's last line could not take: the phone has said that they wait."""
    visit = [act for act in acts if act.who == LATE and act.name == "visits.check_in"][-1]
    about = {"kind": "account", "id": visit.args["account_id"]}
    for words in LATE_NOTES:
        phone.record("notes.add", {"id": str(phone.client.new_device()), "about": about, "text": words})
        clock.current += timedelta(minutes=9)
    clock.current += timedelta(minutes=40)
    await phone.greet()
