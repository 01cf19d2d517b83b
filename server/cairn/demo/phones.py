"""The phones of the demo company: the protocol's own client, joined to the server without a network between them."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.access import OrganizationHead
from cairn.kernel.context import Actor
from cairn.kernel.devices import register_device
from cairn.kernel.push import Push
from cairn.kernel.writer import Transactional
from cairn.services import Services
from cairnsync.client import Client, Entry
from cairnsync.messages import LIMITS, MINIMUM_SCHEMA_VERSION, SCHEMA_VERSION, HelloRequest, PushRequest, SchemaRange
from cairnsync.push import read_push

MODELS = ("Android · Chrome", "iPhone · Safari", "HarmonyOS · Chrome")


class Phone:
    """One person's phone. It pushes through the same reader, plan and writer as the sync routes."""

    def __init__(self, services: Services, actor: Actor, device: UUID, name: str) -> None:
        self.actor = actor
        self._services, self._name = services, name
        self.client = Client(device, self._post, services.clock, services.new_id)

    def record(self, name: str, args: dict[str, Any]) -> Entry:
        return self.client.record(name, args)

    async def send(self) -> None:
        """Push everything that waits."""
        if self.client.epoch is None:
            await self.client.hello()
        await self.client.push()

    async def _post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = await (self._hello(body) if path == "/sync/hello" else self._push(body))
        plain: dict[str, Any] = msgspec.to_builtins(answer)
        return 200, plain

    async def _hello(self, body: dict[str, Any]) -> dict[str, Any]:
        said = {**body, "name": self._name, "app": "pwa", "platform": self._name}
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
