"""A phone of the simulation: its person, its link, and what was recorded on it; the engine is the Python client."""

import asyncio
import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from cairn.kernel.ids import NewId
from cairnsync.client import Client, Refused
from cairnsync.clock import Clock
from sync.simulation.link import Fate, Link
from sync.simulation.versions import NEW

Json = dict[str, Any]
View = dict[str, dict[str, Json]]
"""Kind → id → document, as the person sees it."""


@dataclass
class PhoneClock:
    """A phone's own clock: the true time, and an error that its user does not know of."""

    truth: Clock
    error: timedelta = timedelta(0)

    def now(self) -> datetime:
        return self.truth.now() + self.error


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Recorded:
    """A mutation that a person was told is saved: the phone must answer for it."""

    name: str
    args: Json
    v: int
    at: str


class Phone(Protocol):
    """What the simulation asks of a phone, whatever engine runs in it."""

    label: str
    person: str
    user_id: str
    link: Link
    clock: PhoneClock
    recorded: list[Recorded]

    @property
    def device(self) -> str: ...
    def view(self) -> View: ...
    def seqs(self) -> list[tuple[str, str, str, int]]:
        """(bucket, kind, id, seq) of everything that it holds."""
        ...

    def waiting(self) -> int:
        """How many mutations have no final verdict, or still show their effect."""
        ...

    def refused(self) -> list[tuple[str, Json]]:
        """Name and args of refused mutations that it keeps for its person."""
        ...

    def record(self, name: str, args: Json, v: int = 1) -> None: ...
    def sync(self, plan: list[Fate]) -> None: ...
    def resize(self, page_rows: int, batch: int) -> None: ...
    @property
    def app(self) -> int:
        """Its app's version."""
        ...

    def update(self) -> None:
        """A new version of the app is installed, where there is one: it starts anew with the storage of the old."""
        ...

    def die(self, at: int) -> None:
        """The app is killed, now or at the so-many-th await from now, and started again."""
        ...

    def set_clock(self, error_s: int) -> None: ...
    def lose_storage(self) -> None: ...
    def clone(self, label: str, link: Link) -> "Phone": ...
    def in_step(self) -> bool:
        """Whether the last attempt to sync went through."""
        ...


@dataclass
class PythonPhone:
    """One device's storage, in memory; its app dies between two requests."""

    label: str
    person: str
    user_id: str
    client: Client
    link: Link
    clock: PhoneClock
    new_id: NewId
    recorded: list[Recorded] = field(default_factory=list)
    outcome: str = ""
    _task: "asyncio.Task[None] | None" = None

    @property
    def device(self) -> str:
        return str(self.client.device)

    def view(self) -> View:
        seqs: dict[tuple[str, str], int] = {}
        shown: View = {}
        for (_, kind, record_id), (seq, document) in self.client.held.items():
            if seqs.get((kind, record_id), -1) < seq:
                seqs[kind, record_id] = seq
                shown.setdefault(kind, {})[record_id] = document
        return shown

    def seqs(self) -> list[tuple[str, str, str, int]]:
        return [(*key, seq) for key, (seq, _) in self.client.held.items()]

    def waiting(self) -> int:
        return len([each for each in self.client.outbox if each.receipt is None or each.is_parked])

    def refused(self) -> list[tuple[str, Json]]:
        entries = [each for each in self.client.outbox if each.receipt and each.receipt["status"] == "rejected"]
        return [(each.name, each.args) for each in entries]

    def record(self, name: str, args: Json, v: int = 1) -> None:
        entry = self.client.record(name, args, v)
        self.recorded.append(Recorded(name, args, v, stamp(entry.at)))

    def sync(self, plan: list[Fate]) -> None:
        """Begin an attempt, unless one is under way."""
        if self._task is None or self._task.done():
            self.link.plan = list(plan)
            self._task = self.link.loop.create_task(self._attempt())

    async def _attempt(self) -> None:
        self.outcome = "under way"
        try:
            await self.client.sync()
            self.outcome = "in step"
        except ConnectionError:
            self.outcome = "cut off"
        except Refused as refused:
            self.outcome = refused.code
            if refused.code == "device_revoked":
                self._begin_anew()
            elif refused.code not in ("session_ended", "internal_failure", "upgrade_required"):
                self.link.loop.failures.append(refused)
        except Exception as error:
            self.link.loop.failures.append(error)

    def in_step(self) -> bool:
        return self.outcome == "in step"

    def resize(self, page_rows: int, batch: int) -> None:
        self.client.page_rows, self.client.batch = page_rows, batch

    @property
    def app(self) -> int:
        return self.client.schema

    def update(self) -> None:
        self.die(0)
        self.client.schema = NEW

    def die(self, at: int) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.client.greeted = False

    def set_clock(self, error_s: int) -> None:
        self.clock.error = timedelta(seconds=error_s)

    def lose_storage(self) -> None:
        """Whatever the server has not got is gone: the only way that something may be."""
        self.die(0)
        self._fresh([])

    def _begin_anew(self) -> None:
        """The device was shut out: its documents go; what was unsent, its person brings to a new one.

        With the epoch that it was written in: if the server was restored since, what that lacks counts as unsent.
        """
        self._fresh(self.client.outbox, self.client.epoch)

    def _fresh(self, outbox: list[Any], epoch: str | None = None) -> None:
        old = self.client
        self.client = replace(
            old, device=self.new_id(), epoch=epoch, cursor=None, outbox=outbox, held={}, greeted=False
        )
        self.client._renumber(0, lambda _entry: False)

    def clone(self, label: str, link: Link) -> "PythonPhone":
        """The same storage on another phone, as a backup of it would bring it there."""
        outbox = [copy.copy(entry) for entry in self.client.outbox]
        clock = replace(self.clock)
        client = replace(
            self.client, post=link.post, outbox=outbox, held=dict(self.client.held), dropped=[], clock=clock
        )
        return replace(
            self, label=label, client=client, link=link, clock=clock, recorded=list(self.recorded), _task=None
        )


MakePhone = Callable[[Json], Phone]
