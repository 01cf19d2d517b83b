"""A push as a submission to the writer: the device's place, its replays, and its new mutations' receipts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.access import OrganizationHead
from cairn.kernel.bulk import Bulk
from cairn.kernel.changes import COMMITTED
from cairn.kernel.context import Actor
from cairn.kernel.database import EARLIEST
from cairn.kernel.devices import Device, reported, revoked
from cairn.kernel.envelopes import Envelope, Verdict, args_hash
from cairn.kernel.errors import MalformedInput
from cairn.kernel.log import CommandLog
from cairnsync.clock import set_back
from cairnsync.errors import DeviceUnknown, EpochChanged
from cairnsync.messages import ConflictReference, DeviceReport, PushRequest, PushResponse, Receipt, read_report
from cairnsync.push import Received, plan_push

_head: Any = OrganizationHead.__table__
_device: Any = Device.__table__
_STANDING = (
    select(
        _head.c.epoch,
        _head.c.seq,
        _device.c.last_seq,
        _device.c.confirmed,
        _device.c.revoked_at,
        _device.c.wipe_asked_at,
        _device.c.last_at,
    )
    .select_from(
        _head.outerjoin(
            _device,
            (_device.c.organization_id == _head.c.organization_id)
            & (_device.c.id == bindparam("device"))
            & (_device.c.user_id == bindparam("user")),
        )
    )
    .where(_head.c.organization_id == bindparam("organization"))
    .with_for_update(of=_head)
)
_MOVED = ("last_seq", "confirmed", "skew_ms", "last_at", "last_seen_at")
_REPORTED = tuple(reported(DeviceReport(), EARLIEST))


def _move_on(*names: str) -> Bulk:
    return Bulk(
        update(_device)
        .where(_device.c.organization_id == bindparam("key_organization"), _device.c.id == bindparam("key_device"))
        .values({name: bindparam(name) for name in names})
    )


_MOVE_ON = _move_on(*_MOVED)
_MOVE_ON_AND_REPORT = _move_on(*_MOVED, *_REPORTED)


@dataclass
class Push:
    """One device's push; see `sync/PROTOCOL.md`, "Push"."""

    actor: Actor
    request: PushRequest
    received: Sequence[Received]
    received_at: datetime
    envelopes: list[Envelope] = field(init=False)
    standing: Any = field(init=False)
    """Epoch and seq of the organization, last_seq and confirmed of the device."""
    receipts: dict[int, Receipt] = field(default_factory=dict)

    def __post_init__(self) -> None:
        skew = self.received_at - self.request.sent_at
        self.envelopes = [self._envelope(each, skew) for each in self.received]

    @property
    def organization_id(self) -> UUID:
        return self.actor.organization_id

    @property
    def key(self) -> UUID:
        return self.request.device

    @property
    def size(self) -> int:
        return len(self.received)

    def _envelope(self, received: Received, skew: timedelta) -> Envelope:
        mutation, fault = received.mutation, received.fault
        return Envelope(
            actor=self.actor,
            name=mutation.name if mutation else "",
            version=mutation.v if mutation else 0,
            args=bytes(mutation.args) if mutation else received.raw,
            received_at=self.received_at,
            source="push",
            at=mutation.at if mutation else self.received_at - skew,
            skew=skew,
            device_id=self.request.device,
            seq=received.seq,
            fault=MalformedInput(path=fault.path, reason=fault.reason) if fault else None,
        )

    async def prepare(self, session: AsyncSession) -> Sequence[Envelope]:
        """Raises EpochChanged, DeviceUnknown, DeviceRevoked, SequenceGap, SequenceReused, Malformed."""
        asked = {"organization": self.organization_id, "device": self.request.device, "user": self.actor.user_id}
        row = (await (await session.connection()).execute(_STANDING, asked)).one()
        if row.last_seq is None:
            raise DeviceUnknown()
        if row.revoked_at is not None:
            raise revoked(row)
        if self.request.epoch != row.epoch:
            raise EpochChanged(epoch=row.epoch)
        self.standing = row
        stored = await self._stored(session)
        hashes = [args_hash(envelope) for envelope in self.envelopes] if stored else [b""] * self.size
        digests = {seq: row.args_hash for seq, row in stored.items()}
        plan = plan_push(row.last_seq, self.received, digests, hashes)
        self.receipts = {each.seq: _stored_receipt(each.seq, stored.get(each.seq)) for each in plan.replayed}
        fresh = {each.seq for each in plan.fresh}
        return self._in_time([envelope for envelope in self.envelopes if envelope.seq in fresh])

    def _in_time(self, fresh: list[Envelope]) -> list[Envelope]:
        """Mark those before which the phone's clock was set back: it numbers them in the order it records them."""
        self.last_at: datetime | None = self.standing.last_at
        for envelope in fresh:
            envelope.clock_set_back = set_back(self.last_at, envelope.at)
            self.last_at = envelope.at
        return fresh

    async def _stored(self, session: AsyncSession) -> dict[int, Any]:
        replayed = [each.seq for each in self.received if each.seq <= self.standing.last_seq]
        if not replayed:
            return {}
        statement = select(
            CommandLog.seq,
            CommandLog.args_hash,
            CommandLog.status,
            CommandLog.code,
            CommandLog.params,
            CommandLog.flags,
            CommandLog.conflicts,
        ).where(
            CommandLog.organization_id == self.organization_id,
            CommandLog.device_id == self.request.device,
            CommandLog.seq.in_(replayed),
        )
        return {row.seq: row for row in await session.execute(statement)}

    async def finish(self, session: AsyncSession, verdicts: Sequence[Verdict]) -> PushResponse:
        fresh = [envelope for envelope in self.envelopes if envelope.seq not in self.receipts]
        for envelope, verdict in zip(fresh, verdicts, strict=True):
            assert envelope.seq is not None
            self.receipts[envelope.seq] = receipt(envelope.seq, verdict)
        last_seq = max([self.standing.last_seq, *self.receipts])
        skew = self.received_at - self.request.sent_at
        values = {
            "key_organization": self.organization_id,
            "key_device": self.request.device,
            "last_seq": last_seq,
            "confirmed": max(self.standing.confirmed, min(self.request.confirmed, last_seq)),
            "skew_ms": max(-(2**53), min(2**53, round(skew.total_seconds() * 1000))),
            "last_at": self.last_at,
            "last_seen_at": self.received_at,
        }
        report = reported(read_report(self.request.report), self.received_at)
        statement = _MOVE_ON_AND_REPORT if report else _MOVE_ON
        await statement.run(await session.connection(), [values | report])
        return PushResponse(
            epoch=self.standing.epoch,
            server_time=self.received_at,
            last_seq=last_seq,
            committed=session.info.get(COMMITTED, {}).get(self.organization_id, self.standing.seq),
            receipts=[self.receipts[each.seq] for each in self.received],
        )


def receipt(seq: int, verdict: Verdict) -> Receipt:
    """The verdict as the phone gets it."""
    answer = Receipt(seq, verdict.status)  # type: ignore[arg-type]
    if verdict.code is not None:
        answer.code, answer.params = verdict.code, verdict.params or {}
    elif verdict.status in ("applied", "merged"):
        answer.flags = verdict.flags
    if verdict.conflicts:
        answer.conflicts = msgspec.convert(verdict.conflicts, list[ConflictReference], from_attributes=True)
    return answer


def _stored_receipt(seq: int, row: Any) -> Receipt:
    if row is None:  # forgotten payloads keep their rows; a missing one can only be older than the log
        return Receipt(seq, "applied", flags=[])
    verdict = Verdict(row.status, row.code, row.params, row.flags, row.conflicts)
    return receipt(seq, verdict)
