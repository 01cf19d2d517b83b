"""The phones of the demo company: the protocol's own client, joined to the server without a network between them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from cairn import __version__
from cairn.kernel.access import OrganizationHead
from cairn.kernel.context import Actor
from cairn.kernel.devices import register_device
from cairn.kernel.push import Push
from cairn.kernel.writer import Transactional
from cairn.services import Services
from cairnsync.client import Client, Entry
from cairnsync.messages import LIMITS, MINIMUM_SCHEMA_VERSION, SCHEMA_VERSION, HelloRequest, PushRequest, SchemaRange
from cairnsync.push import read_push


@dataclass(frozen=True)
class Model:
    """What a phone says of itself; `persisted` where its browser has promised to keep the app's storage. Bytes."""

    name: str
    platform: str
    persisted: bool
    quota: int
    used: int


MODELS = (
    Model("Chrome · Android", "android", True, 62_300_000_000, 41_200_000),
    Model("Safari · iPhone", "ios", False, 10_700_000_000, 38_600_000),
    Model("Huawei · Android", "android", True, 24_500_000_000, 44_900_000),
)


class Phone:
    """One person's phone. It pushes through the same reader, plan and writer as the sync routes."""

    def __init__(self, services: Services, actor: Actor, device: UUID, model: Model) -> None:
        self.actor = actor
        self._services, self._model = services, model
        self.client = Client(device, self._post, services.clock, services.new_id)

    def record(self, name: str, args: dict[str, Any]) -> Entry:
        return self.client.record(name, args)

    async def send(self) -> None:
        """Push everything that waits."""
        if self.client.epoch is None:
            await self.client.hello()
        await self.client.push()

    async def greet(self) -> None:
        """Say what waits without sending it: the line bore no more."""
        await self.client.hello()

    async def _post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        model = self._model
        report = {**body["report"], "persisted": model.persisted, "quota": model.quota, "used": model.used}
        said = {**body, "report": report}
        answer = await (self._hello(said) if path == "/sync/hello" else self._push(said))
        plain: dict[str, Any] = msgspec.to_builtins(answer)
        return 200, plain

    async def _hello(self, body: dict[str, Any]) -> dict[str, Any]:
        said = {**body, "name": self._model.name, "app": f"cairn-pwa {__version__}", "platform": self._model.platform}
        request = msgspec.json.decode(msgspec.json.encode(said), type=HelloRequest)

        async def register(session: AsyncSession) -> tuple[OrganizationHead, int]:
            return await register_device(session, self.actor, request, self._services.clock.now())

        submission = Transactional(self.actor.organization_id, register, key=request.device)
        head, last_seq = await self._services.writer.submit(submission)
        schema = SchemaRange(MINIMUM_SCHEMA_VERSION, SCHEMA_VERSION)
        return {"epoch": head.epoch, "last_seq": last_seq, "schema": schema, "limits": LIMITS}

    async def _push(self, body: dict[str, Any]) -> Any:
        request: PushRequest
        request, received = read_push(msgspec.json.encode(body))
        return await self._services.writer.submit(Push(self.actor, request, received, self._services.clock.now()))
