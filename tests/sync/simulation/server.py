"""Server processes: the real handlers over one database; killing one forgets everything but that database."""

import asyncio
from typing import Any

import msgspec

from cairn.api import sync
from cairn.jobs.retries import retry_due
from cairn.kernel.commands import Command
from cairn.kernel.context import Actor
from cairn.kernel.errors import DomainError
from cairn.kernel.heads import lock_head
from cairn.kernel.horizon import KEEP_REMOVALS, move_horizon
from cairn.kernel.outages import database_failed
from cairn.kernel.writer import Transactional
from cairn.modules.identity.founding import founder
from cairn.services import Services, build_services
from cairnsync.errors import ProtocolError
from support.house import HOME, token_of
from sync.simulation.ground import Ground
from sync.simulation.traps import ServerKilled

Json = dict[str, Any]
ANSWERS: dict[str, Any] = {
    "/sync/hello": sync.answer_hello,
    "/sync/push": sync.answer_push,
    "/sync/pull": sync.answer_page,
}


class Server:
    """One process: it answers until it is killed, and is at once there again with an empty memory."""

    def __init__(self, ground: Ground, number: int, clock: Any, new_id: Any) -> None:
        self._ground, self._number = ground, number
        self._clock, self._new_id = clock, new_id
        self._running: set[asyncio.Task[Any]] = set()
        self.traps = ground.traps[number]
        self.traps.clear()
        self.traps.on_kill = lambda: ground.loop.call_soon(self._fall)  # type: ignore[assignment,return-value]
        self.kills = 0
        self.services = self._start()

    def _start(self) -> Services:
        return build_services(
            self._ground.settings,
            clock=self._clock,
            make_id=self._new_id,
            database=self._ground.databases[self._number],
        )

    def kill(self) -> None:
        """Between two steps of whatever it does."""
        self.traps.kill()

    def _fall(self) -> None:
        """Nobody in here lives on, and nobody outside hears more than that."""
        self.kills += 1
        lanes = [lane.task for lane in self.services.writer._lanes.values() if lane.task is not None]
        ending = [task for task in (*self._running, *lanes) if not task.done()]
        for task in ending:
            task.cancel()
        self._ground.loop.create_task(self._rise(ending))

    async def _rise(self, ending: list[asyncio.Task[Any]]) -> None:
        if ending:
            await asyncio.wait(ending)
        self.traps.clear()
        self.services = self._start()

    async def _inside(self, work: Any) -> Any:
        """Run something in this process; raises ConnectionError when the process dies over it."""
        if self.traps.dead:
            work.close()
            raise ConnectionError("the server is down")
        task = self._ground.loop.create_task(work)
        self._running.add(task)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise ConnectionError("the server died") from None
            raise
        finally:
            self._running.discard(task)

    async def post(self, person: str, path: str, body: bytes) -> tuple[int, Json]:
        """Status and answer; raises AssertionError where the server fails although its database did not."""
        errors = self.traps.errors
        status, answer = await self._inside(self._answer(person, path, body))
        assert status < 500 or self.traps.errors > errors, f"{path} was answered with {status} {answer}"
        return status, answer

    async def _answer(self, person: str, path: str, body: bytes) -> tuple[int, Json]:
        try:
            signed_in = await self.services.sessions.find(token_of(person))
            answer = await ANSWERS[path](self.services, signed_in, body)
            return 200, msgspec.json.decode(msgspec.json.encode(answer))
        except (DomainError, ProtocolError) as error:
            return error.http_status, {"code": error.code, "params": msgspec.to_builtins(error.params)}
        except ServerKilled:
            raise
        except Exception as error:
            return 500, {"code": "internal_failure", "message": repr(error), "params": {}}

    async def retry_parked(self) -> int:
        """What the worker does every now and then; returns how many mutations were tried."""
        return int(await self._worker(retry_due(self.services)) or 0)

    async def forget_removals(self) -> None:
        """What the worker does at night, on a day when everything until now has become old enough."""

        async def forget(session: Any) -> None:
            await move_horizon(session, await lock_head(session, HOME), self._clock.now() + KEEP_REMOVALS)

        await self._worker(self.services.writer.submit(Transactional(HOME, forget)))

    async def _worker(self, work: Any) -> Any:
        """None where the process or its database failed over it: the worker comes again."""
        try:
            return await self._inside(work)
        except Exception as error:
            if isinstance(error, ConnectionError) or database_failed(error):
                return None
            raise

    async def command(self, name: str, values: Json, actor: Actor | None = None) -> str:
        """The office gives a command; what became of it, in a word."""
        args = msgspec.json.encode(values)
        errors = self.traps.errors
        try:
            await self._inside(self.services.dispatcher.run_named(actor or founder(HOME), name, args, "job"))
        except ConnectionError:
            return "cut off"
        except DomainError as error:
            return error.code
        except Exception:
            assert self.traps.errors > errors, f"{name} failed"
            return "failed"
        return "done"


def encoded(command: Command) -> Json:
    """A command as it travels."""
    return dict(msgspec.to_builtins(command))
