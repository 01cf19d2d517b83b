"""Living through a story: the clock is moved from act to act, and each goes through the door it would really take."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cairn.demo.calendar import ZONE
from cairn.demo.people import PEOPLE
from cairn.demo.phones import MODELS, Phone
from cairn.demo.photos import draw_photo
from cairn.demo.story import Act, ConflictOf, Photo
from cairn.jobs.worker import Worker
from cairn.kernel.access import principals_of
from cairn.kernel.context import Actor
from cairn.modules.files.uploads import Announcement
from cairn.modules.identity.roles import permissions_of
from cairn.services import Services
from cairnsync.client import Entry
from cairnsync.clock import ManualClock


class StoryBroken(RuntimeError):
    """A receipt is not the one that the story expects: the story or the server is wrong."""


async def give_phones(services: Services, organization_id: UUID, user_ids: Mapping[str, UUID]) -> dict[str, Phone]:
    """A phone for everybody, signed in."""
    phones = {}
    async with services.database.reading() as connection:
        for index, person in enumerate(PEOPLE):
            user_id = user_ids[person.key]
            principals = await principals_of(connection, organization_id, user_id)
            roles = (person.role,)
            actor = Actor(user_id, organization_id, roles, permissions_of(roles), principals)
            phones[person.key] = Phone(services, actor, services.new_id(), MODELS[index % len(MODELS)])
    return phones


@dataclass(frozen=True)
class _Step:
    """Recording an act, or sending what a phone has: in the order of time, recording first."""

    at: datetime
    sends: bool
    act: Act


class Performer:
    """Carries out acts in the order of time."""

    def __init__(
        self, services: Services, clock: ManualClock, phones: Mapping[str, Phone], report: Callable[[str], None]
    ) -> None:
        self._services, self._clock, self._phones, self._report = services, clock, phones, report
        self._worker = Worker(services)
        self._waiting: dict[str, list[tuple[Act, Entry]]] = {key: [] for key in phones}
        self._conflicts: dict[str, str] = {}
        self._visits = 0

    async def perform(self, acts: Iterable[Act]) -> None:
        """Raises StoryBroken when a receipt differs from what the story expects."""
        day: date | None = None
        for step in _steps(acts):
            today = step.at.astimezone(ZONE).date()
            if day is not None and today != day:
                await self._end_day(day)
            day = today
            self._clock.current = max(self._clock.current, step.at)
            await self._take(step)
        if day is not None:
            await self._end_day(day)

    async def _take(self, step: _Step) -> None:
        act = step.act
        if not step.sends:
            entry = self._phones[act.who].record(act.name, self._resolved(act.args))
            self._waiting[act.who].append((act, entry))
            self._visits += act.name == "visits.check_in"
        elif act.photo is not None:
            await self._upload(self._phones[act.who], act.photo)
        elif self._waiting[act.who]:
            await self._phones[act.who].send()
            self._check(self._waiting[act.who])
            self._waiting[act.who] = []

    def _resolved(self, args: dict[str, Any]) -> dict[str, Any]:
        return {
            name: self._conflicts[value.label] if isinstance(value, ConflictOf) else value
            for name, value in args.items()
        }

    def _check(self, sent: Iterable[tuple[Act, Entry]]) -> None:
        for act, entry in sent:
            receipt = entry.receipt or {}
            if receipt.get("status") != act.expected:
                raise StoryBroken(f"{act.who} {act.name} at {act.at} came to {receipt}: {act.args}")
            if act.label:
                self._conflicts[act.label] = receipt["conflicts"][0]["id"]

    async def _upload(self, phone: Phone, photo: Photo) -> None:
        content = draw_photo(photo)
        uploads, sha256 = self._services.uploads, hashlib.sha256(content).hexdigest()
        filename = f"IMG_{photo.taken_at.astimezone(ZONE):%Y%m%d_%H%M%S}.jpg"
        filename, filetype = ("signature.png", "image/png") if photo.strokes else (filename, "image/jpeg")
        announcement = Announcement(photo.id, filename, filetype, len(content), sha256)
        upload = await uploads.begin(phone.actor, announcement)
        await uploads.append(phone.actor, upload, upload.offset, content)
        await uploads.receive(phone.actor, upload)

    async def _end_day(self, day: date) -> None:
        """What the worker of a running server would have done by now: photos speak for their visits."""
        if self._visits:
            self._report(f"{day.isoformat()}  {self._visits} visits")
        self._visits = 0
        while await self._worker.work_once():
            pass


def _steps(acts: Iterable[Act]) -> list[_Step]:
    steps = []
    for act in acts:
        assert act.sent_at is not None
        if act.photo is None:
            steps.append(_Step(act.at, False, act))
        steps.append(_Step(act.sent_at, True, act))
    return sorted(steps, key=lambda step: (step.at, step.sends))
