"""Working days and local times of the demo company."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from cairn.demo.people import TIME_ZONE

ZONE = ZoneInfo(TIME_ZONE)
SATURDAY = 5


def local(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A local time of a day, in UTC."""
    return datetime.combine(day, time(hour, minute, second), ZONE).astimezone(UTC)


def working_days_before(today: date, count: int) -> list[date]:
    """The last so many Mondays to Fridays before a day, the oldest first."""
    found: list[date] = []
    day = today
    while len(found) < count:
        day -= timedelta(days=1)
        if day.weekday() < SATURDAY:
            found.append(day)
    return found[::-1]


def working_days_after(today: date, count: int) -> list[date]:
    found: list[date] = []
    day = today
    while len(found) < count:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            found.append(day)
    return found


def wire(moment: datetime) -> str:
    """A time as JSON has it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def some_working_moment(today: date, days_ago: tuple[int, int], random: Random) -> datetime:
    """A moment in office hours, so many days ago."""
    day = today - timedelta(days=random.randint(*days_ago))
    while day.weekday() >= SATURDAY:
        day -= timedelta(days=1)
    return local(day, random.randint(9, 16), random.randint(0, 59), random.randint(0, 59))
