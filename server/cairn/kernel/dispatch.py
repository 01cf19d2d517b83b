"""Commands from inside the server: REST, imports and jobs go through the same door as a phone's mutations."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from cairn.kernel.commands import Command, registry
from cairn.kernel.context import Actor
from cairn.kernel.envelopes import Envelope, Verdict
from cairn.kernel.errors import InternalFailure
from cairn.kernel.writer import Commands, Writer
from cairnsync.clock import Clock


class Dispatcher:
    """Gives commands on somebody's behalf and waits for what came of them."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    def envelope(self, actor: Actor, name: str, args: bytes, source: str, at: datetime | None = None) -> Envelope:
        version = registry.by_name[name].version if name in registry.by_name else 1
        return Envelope(actor, name, version, args, self._clock.now(), source, at=at)

    async def run(self, actor: Actor, command: Command, source: str) -> Verdict:
        """Carry out one command; raises the DomainError that refuses it."""
        spec = registry.by_shape[type(command)]
        return await self.run_named(actor, spec.name, msgspec.json.encode(command), source)

    async def run_named(self, actor: Actor, name: str, args: bytes, source: str) -> Verdict:
        """Carry out one command by its name; raises the DomainError that refuses or parks it."""
        (verdict,) = await self.run_all(actor.organization_id, [self.envelope(actor, name, args, source)])
        if verdict.status in ("rejected", "parked"):
            raise verdict.error or InternalFailure()
        return verdict

    async def run_all(self, organization_id: UUID, envelopes: Sequence[Envelope]) -> Sequence[Verdict]:
        """Carry out several in one transaction; a refused one does not hinder the others."""
        return await self._writer.submit(Commands(organization_id, envelopes))
