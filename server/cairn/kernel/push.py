"""A push as a submission to the writer: the device's place, its replays, and its new mutations' receipts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
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
from cairn.kernel.driver import driver_of
from cairn.kernel.envelopes import Envelope, Verdict, args_hash
from cairn.kernel.errors import MalformedInput
from cairn.kernel.heads import lock_heads
from cairn.kernel.log import CommandLog
from cairn.kernel.plain import moment
from cairn.kernel.writer import Gathered
from cairnsync.clock import set_back
from cairnsync.errors import DeviceUnknown, EpochChanged
from cairnsync.messages import ConflictReference, DeviceReport, PushRequest, PushResponse, Receipt, read_report
from cairnsync.push import Received, plan_push

_device: Any = Device.__table__
_DEVICES = """
SELECT organization_id, id, user_id, last_seq, confirmed, revoked_at, wipe_asked_at, last_at FROM device
WHERE organization_id IN_LIST(?1) AND id IN_LIST(?2)
"""
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


class DeviceRow(NamedTuple):
    """What a push needs to know of its device; ids in hexadecimal."""

    organization_id: str
    id: str
    user_id: str
    last_seq: int
    confirmed: int
    revoked_at: Any
    wipe_asked_at: Any
    last_at: Any
    """As the driver gives it."""


@dataclass
class Push(Gathered[PushResponse]):
    """One device's push; see `sync/PROTOCOL.md`, "Push"."""

    actor: Actor
    request: PushRequest
    received: Sequence[Received]
    received_at: datetime
    envelopes: list[Envelope] = field(init=False)
    head: OrganizationHead = field(init=False)
    device: DeviceRow | None = None
    moved: dict[str, Any] = field(default_factory=dict)
    """What the device's row is brought to."""
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

    @property
    def fresh_receipts(self) -> list[Receipt]:
        """Those of mutations that had none before."""
        return [each for seq, each in self.receipts.items() if seq > (self.device.last_seq if self.device else 0)]

    @classmethod
    async def look_up(cls, session: AsyncSession, group: Sequence["Push"]) -> None:
        heads = await lock_heads(session, {push.organization_id for push in group})
        organizations, devices = list(heads), [push.request.device for push in group]
        found = await (await driver_of(session)).fetch(_DEVICES, organizations, devices)
        known = (DeviceRow(_hexadecimal(row[0]), _hexadecimal(row[1]), _hexadecimal(row[2]), *row[3:]) for row in found)
        rows = {each[:3]: each for each in known}
        for push in group:
            push.head = heads[push.organization_id]
            key = (push.organization_id.hex, push.request.device.hex, push.actor.user_id.hex)
            push.device = rows.get(key)

    @classmethod
    async def settle(cls, session: AsyncSession, group: Sequence["Push"]) -> None:
        driver = await driver_of(session)
        await _MOVE_ON.run(driver, [push.moved for push in group if _REPORTED[0] not in push.moved])
        await _MOVE_ON_AND_REPORT.run(driver, [push.moved for push in group if _REPORTED[0] in push.moved])

    async def prepare(self, session: AsyncSession) -> Sequence[Envelope]:
        """Raises EpochChanged, DeviceUnknown, DeviceRevoked, SequenceGap, SequenceReused, Malformed."""
        if self.device is None:
            raise DeviceUnknown()
        if self.device.revoked_at is not None:
            raise revoked(self.device)
        if self.request.epoch != self.head.epoch:
            raise EpochChanged(epoch=self.head.epoch)
        stored = await self._stored(session, self.device.last_seq)
        hashes = [args_hash(envelope) for envelope in self.envelopes] if stored else [b""] * self.size
        digests = {seq: row.args_hash for seq, row in stored.items()}
        plan = plan_push(self.device.last_seq, self.received, digests, hashes)
        self.receipts = {each.seq: _stored_receipt(each.seq, stored.get(each.seq)) for each in plan.replayed}
        fresh = {each.seq for each in plan.fresh}
        return self._in_time([envelope for envelope in self.envelopes if envelope.seq in fresh])

    def _in_time(self, fresh: list[Envelope]) -> list[Envelope]:
        """Mark those before which the phone's clock was set back: it numbers them in the order it records them."""
        assert self.device is not None
        self.last_at = None if self.device.last_at is None else moment(self.device.last_at)
        for envelope in fresh:
            envelope.clock_set_back = set_back(self.last_at, envelope.at)
            self.last_at = envelope.at
        return fresh

    async def _stored(self, session: AsyncSession, last_seq: int) -> dict[int, Any]:
        replayed = [each.seq for each in self.received if each.seq <= last_seq]
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
        assert self.device is not None
        last_seq = max([self.device.last_seq, *self.receipts])
        skew = self.received_at - self.request.sent_at
        self.moved = {
            "key_organization": self.organization_id,
            "key_device": self.request.device,
            "last_seq": last_seq,
            "confirmed": max(self.device.confirmed, min(self.request.confirmed, last_seq)),
            "skew_ms": max(-(2**53), min(2**53, round(skew.total_seconds() * 1000))),
            "last_at": self.last_at,
            "last_seen_at": self.received_at,
        }
        self.moved |= reported(read_report(self.request.report), self.received_at)
        return PushResponse(
            epoch=self.head.epoch,
            server_time=self.received_at,
            last_seq=last_seq,
            committed=session.info.get(COMMITTED, {}).get(self.organization_id, self.head.seq),
            receipts=[self.receipts[each.seq] for each in self.received],
        )


def _hexadecimal(value: Any) -> str:
    """An id as either driver gives it."""
    return value if isinstance(value, str) else str(value.hex)


def receipt(seq: int, verdict: Verdict) -> Receipt:
    """The verdict as the phone gets it."""
    answer = Receipt(seq, verdict.status)
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
