"""The one writer: waiting submissions are merged into one transaction, so that many phones share one commit.

SQLite has one writer for all organizations, PostgreSQL one per organization (docs/decisions/0004). A submission is
answered only after COMMIT; pokes go out after that.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.changes import RIGHTS_CHANGED
from cairn.kernel.database import Database
from cairn.kernel.envelopes import Envelope, Verdict
from cairn.kernel.errors import DomainError, Unavailable
from cairn.kernel.execute import NeedsCare, execute
from cairn.kernel.hub import Hub
from cairn.kernel.ids import NewId
from cairn.kernel.outages import lost_a_race
from cairn.kernel.spans import span
from cairnsync.errors import ProtocolError

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")
Given = TypeVar("Given", covariant=True)

NO_ORGANIZATION = UUID(int=0)
"""Whose what belongs to no organization is: attempts to sign in, schedules."""
LARGEST_QUEUE = 2_000
MOST_WAITING_COMMANDS = 50_000
"""In the queues of all organizations together."""
LARGEST_GROUP = 64
LARGEST_GROUP_COMMANDS = 1_000
MOST_RACES = 3
"""Of other processes' transactions that may win against one of ours before its senders hear of it."""


class Submission(Protocol[Given]):
    """Something that wants commands carried out, and a say before and after them in the same transaction."""

    @property
    def organization_id(self) -> UUID: ...

    @property
    def key(self) -> UUID | None:
        """Submissions with the same key (a device) never share a transaction."""
        ...

    @property
    def size(self) -> int:
        """How many commands it brings, at least 1."""
        ...

    async def prepare(self, session: AsyncSession) -> Sequence[Envelope]: ...

    async def finish(self, session: AsyncSession, verdicts: Sequence[Verdict]) -> Given: ...


class Gathered(Generic[Answer]):
    """A kind of submission that asks and says things for a whole group at once; all of a group are of one class."""

    @classmethod
    async def look_up(cls, session: AsyncSession, group: Sequence[Any]) -> None:
        """Before any of them prepares: find what they need to know."""

    @classmethod
    async def settle(cls, session: AsyncSession, group: Sequence[Any]) -> None:
        """After those that were not refused have finished."""


@dataclass
class Commands:
    """Commands from inside the server or from REST: nothing to prepare, the verdicts are the answer."""

    organization_id: UUID
    envelopes: Sequence[Envelope]
    key: UUID | None = None

    @property
    def size(self) -> int:
        return len(self.envelopes)

    async def prepare(self, session: AsyncSession) -> Sequence[Envelope]:
        return self.envelopes

    async def finish(self, session: AsyncSession, verdicts: Sequence[Verdict]) -> Sequence[Verdict]:
        return verdicts


@dataclass
class Transactional(Generic[Answer]):
    """A write that is no command (a session, a device's hello): it shares the writer and its order."""

    organization_id: UUID
    work: Callable[[AsyncSession], Awaitable[Answer]]
    key: UUID | None = None
    size: int = 1

    async def prepare(self, session: AsyncSession) -> Sequence[Envelope]:
        return ()

    async def finish(self, session: AsyncSession, verdicts: Sequence[Verdict]) -> Answer:
        return await self.work(session)


@dataclass
class _Waiting:
    submission: Submission[Any]
    future: asyncio.Future[Any]
    envelopes: Sequence[Envelope] = ()
    refused: Exception | None = None


class _FailsAlone(Exception):
    """A submission was refused, or failed, after the others' commands were carried out."""

    def __init__(self, waiting: _Waiting) -> None:
        super().__init__()
        self.waiting = waiting


@dataclass
class _Lane:
    """One queue with one task that works it off; both end when the queue is empty."""

    queue: deque[_Waiting] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class Writer:
    """Takes submissions and answers each when its transaction has committed."""

    def __init__(self, database: Database, hub: Hub, new_id: NewId) -> None:
        self._database = database
        self._hub = hub
        self._new_id = new_id
        self._lanes: dict[UUID | None, _Lane] = {}
        self._waiting_commands = 0

    async def submit(self, submission: Submission[Answer]) -> Answer:
        """Raises Unavailable when too much is waiting, and whatever the submission itself raises."""
        name = None if self._database.is_sqlite else submission.organization_id
        lane = self._lanes.get(name) or _Lane()
        if len(lane.queue) >= LARGEST_QUEUE or self._waiting_commands + submission.size > MOST_WAITING_COMMANDS:
            raise Unavailable(retry_after_s=5)
        self._lanes[name] = lane
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        lane.queue.append(_Waiting(submission, future))
        self._waiting_commands += submission.size
        if lane.task is None:
            lane.task = asyncio.create_task(self._work_off(name, lane))
        return await asyncio.shield(future)

    @property
    def queue_length(self) -> int:
        """Submissions in all lanes."""
        return sum(len(lane.queue) for lane in self._lanes.values())

    async def drain(self) -> None:
        """Wait until everything that was submitted has been answered."""
        for lane in list(self._lanes.values()):
            if lane.task is not None:
                await asyncio.shield(lane.task)

    async def _work_off(self, name: UUID | None, lane: _Lane) -> None:
        while lane.queue:
            group = _next_group(lane.queue)
            self._waiting_commands -= sum(waiting.submission.size for waiting in group)
            try:
                with span("commit", submissions=len(group)):
                    answers = await self._commit(group)
            except Exception as error:
                logger.exception("a transaction failed as a whole; its senders will send again")
                for waiting in group:
                    if not waiting.future.done():
                        waiting.future.set_exception(error)
                continue
            for waiting, answer in zip(group, answers, strict=True):
                if waiting.future.done():
                    continue
                if isinstance(answer, Exception):
                    waiting.future.set_exception(answer)
                else:
                    waiting.future.set_result(answer)
            self._hub.any_poke.set()
        del self._lanes[name]

    async def _commit(self, group: list[_Waiting]) -> list[Any]:
        """Answers in the group's order; whoever fails alone is left out, so that the others do not suffer from it."""
        failed: dict[int, Any] = {}
        careful = False
        races = 0
        while True:
            rest = [waiting for waiting in group if id(waiting) not in failed]
            try:
                answers = await self._attempt(rest, careful=careful)
            except NeedsCare:
                careful = True
            except _FailsAlone as found:
                failed[id(found.waiting)] = found.__cause__
                found.waiting.envelopes = ()
            except Exception as error:
                races += 1
                if races > MOST_RACES or not lost_a_race(error):
                    raise
            else:
                answered = failed | {id(waiting): answer for waiting, answer in zip(rest, answers, strict=True)}
                return [answered[id(waiting)] for waiting in group]

    async def _attempt(self, group: list[_Waiting], *, careful: bool) -> list[Any]:
        async with self._database.writing() as session:
            for kind, gathered in _by_kind(group).items():
                await kind.look_up(session, gathered)
            for waiting in group:
                waiting.envelopes, waiting.refused = (), None
                try:
                    waiting.envelopes = await waiting.submission.prepare(session)
                except (ProtocolError, DomainError) as error:
                    waiting.refused = error
            envelopes = [envelope for waiting in group for envelope in waiting.envelopes]
            verdicts = await execute(session, envelopes, new_id=self._new_id, careful=careful) if envelopes else []
            answers: list[Any] = []
            begin = 0
            for waiting in group:
                end = begin + len(waiting.envelopes)
                answers.append(waiting.refused or await _finish(waiting, session, verdicts[begin:end]))
                begin = end
            for kind, gathered in _by_kind([waiting for waiting in group if waiting.refused is None]).items():
                await kind.settle(session, gathered)
            await session.commit()
            rights_changed = session.info.get(RIGHTS_CHANGED, ())
            for organization_id in {waiting.submission.organization_id for waiting in group if waiting.envelopes}:
                self._hub.poke(organization_id, rights_changed=organization_id in rights_changed)
            return answers


def _by_kind(group: Sequence[_Waiting]) -> dict[type[Gathered[Any]], list[Any]]:
    found: dict[type[Gathered[Any]], list[Any]] = {}
    for waiting in group:
        if isinstance(waiting.submission, Gathered):
            found.setdefault(type(waiting.submission), []).append(waiting.submission)
    return found


async def _finish(waiting: _Waiting, session: AsyncSession, verdicts: Sequence[Verdict]) -> Any:
    try:
        return await waiting.submission.finish(session, verdicts)
    except Exception as error:
        if lost_a_race(error):
            raise
        raise _FailsAlone(waiting) from error


def _next_group(queue: deque[_Waiting]) -> list[_Waiting]:
    """What goes into one transaction: in order, bounded, and one submission per device."""
    group: list[_Waiting] = []
    keys: set[UUID] = set()
    commands = 0
    while queue and len(group) < LARGEST_GROUP:
        submission = queue[0].submission
        if group and commands + submission.size > LARGEST_GROUP_COMMANDS:
            break
        if submission.key is not None:
            if submission.key in keys:
                break
            keys.add(submission.key)
        commands += submission.size
        group.append(queue.popleft())
    return group
