"""Commands on their way in, and what comes of them: the kernel's own words for a mutation and its receipt."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from cairn.kernel.commands import Command, CommandSpec, registry
from cairn.kernel.context import Actor
from cairn.kernel.errors import DomainError, MalformedInput, NotPermitted
from cairn.kernel.texts import refuse_nul
from cairnsync.clock import SKEW_FLAG_AFTER
from cairnsync.messages import Status

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_PATH = re.compile(r" - at `([^`]*)`$")


@dataclass(slots=True)
class Envelope:
    """A command on its way in: who sends it, from where, and when it happened."""

    actor: Actor
    name: str
    version: int
    args: bytes
    """JSON, as it was sent."""
    received_at: datetime
    source: str
    at: datetime | None = None
    """The device's own time; None where there is no device."""
    skew: timedelta = timedelta(0)
    device_id: UUID | None = None
    seq: int | None = None
    fault: DomainError | None = None
    """Set when even the mutation around the args could not be read, or must not be carried out."""
    clock_set_back: bool = False
    """Whether the device's clock went back between the mutation before and this one."""
    log_id: UUID | None = None
    """The row of the log that this tries again, and when."""
    retried_at: datetime | None = None

    @property
    def corrected_at(self) -> datetime:
        """The time of the event on the server's clock, never after its receipt, nor from before there were phones."""
        moment = self._moment
        return moment if moment is not None and EARLIEST <= moment <= self.received_at else self.received_at

    @property
    def clock_is_odd(self) -> bool:
        """Whether the phone's clock was wrong when it sent this, or must have been when it recorded it."""
        moment = self._moment
        if abs(self.skew) > SKEW_FLAG_AFTER or moment is None:
            return True
        return not EARLIEST <= moment <= self.received_at + SKEW_FLAG_AFTER

    @property
    def _moment(self) -> datetime | None:
        if self.at is None:
            return self.received_at
        try:
            return self.at + self.skew
        except OverflowError:
            return None


@dataclass(slots=True)
class Verdict:
    """What came of one command."""

    status: Status
    code: str | None = None
    params: dict[str, Any] | None = None
    flags: list[str] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    error: DomainError | None = None


@dataclass(slots=True)
class Task:
    """An envelope at work: what it was read as, and its verdict once there is one."""

    envelope: Envelope
    log_id: UUID
    spec: CommandSpec | None = None
    command: Command | None = None
    args_hash: bytes = b""
    verdict: Verdict | None = None
    role_lost: bool = False
    """Whether it is a fact that its author once might report, and may not any more."""

    @property
    def subject_id(self) -> UUID | None:
        return getattr(self.command, "id", None)

    @property
    def creates(self) -> type[Any] | None:
        return self.spec.creates if self.spec is not None else None


def read_task(envelope: Envelope, log_id: UUID) -> Task:
    """Decode a command; what cannot be read is refused here, what is not known (yet) is parked."""
    task = Task(envelope, log_id)
    try:
        if envelope.fault is not None:
            raise envelope.fault
        task.spec = registry.find(envelope.name, envelope.version)
        if task.spec.permission and not envelope.actor.may(task.spec.permission):
            raise NotPermitted(permission=task.spec.permission)
        read_command(task, task.spec)
    except DomainError as error:
        task.verdict = refused(error)
    task.args_hash = args_hash(envelope)
    return task


def read_command(task: Task, spec: CommandSpec) -> None:
    """Decode what is asked for; its verdict is open, or that it cannot be read."""
    task.verdict = None
    try:
        refuse_nul(task.envelope.args, "$.args")
        task.command = spec.read(task.envelope.version, task.envelope.args)
    except msgspec.ValidationError as error:
        task.verdict = refused(malformed(error, "$.args"))
    except (msgspec.DecodeError, ValueError, RecursionError, KeyError, TypeError) as error:
        task.verdict = refused(MalformedInput(path="$.args", reason=str(error)[:200]))
    except DomainError as error:
        task.verdict = refused(error)


def malformed(error: msgspec.ValidationError, root: str = "$") -> MalformedInput:
    """Where in the input the fault is, as a JSONPath below `root`."""
    text = str(error)
    match = _PATH.search(text)
    path = root + match.group(1)[1:] if match else root
    return MalformedInput(path=path, reason=_PATH.sub("", text)[:200])


def args_hash(envelope: Envelope) -> bytes:
    """A digest of what was asked for, independent of white space and of the order of keys."""
    try:
        args: Any = msgspec.json.decode(envelope.args)
    except (msgspec.DecodeError, ValueError, RecursionError):
        args = envelope.args
    at = envelope.at.isoformat() if envelope.at and envelope.device_id else ""
    encoded = msgspec.json.encode([envelope.name, envelope.version, at, args], order="deterministic")
    return hashlib.sha256(encoded).digest()[:16]


def refused(error: DomainError) -> Verdict:
    return Verdict("parked" if error.parks else "rejected", error.code, error.params, error=error)
