"""Every message of the wire, as the types that encode and decode it (see sync/PROTOCOL.md)."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

SCHEMA_VERSION = 1
MINIMUM_SCHEMA_VERSION = 1

Text = Annotated[str, Meta(max_length=200, pattern=r"^[^\0]*\Z")]
"""Without U+0000, which PostgreSQL cannot keep."""
Counter = Annotated[int, Meta(ge=0, lt=2**53)]
Status = Literal["applied", "merged", "rejected", "parked"]


class Limits(Struct, frozen=True):
    mutations: int = 500
    bytes: int = 4 * 1024 * 1024
    rows: int = 5000


LIMITS = Limits()


Count = Annotated[int, Meta(ge=0, lt=2**31)]


class DeviceReport(Struct, omit_defaults=True):
    """What a device says of itself, for whoever looks after it; `unsent` leaves out what this request carries."""

    unsent: Count = 0
    oldest_age_s: Annotated[float, Meta(ge=0, lt=2**33)] | None = None
    """How long the oldest of both has waited."""
    uploads: Count = 0
    persisted: bool | None = None
    """Whether the browser has promised to keep its storage."""
    quota: Counter | None = None
    used: Counter | None = None
    """Bytes."""


_report = msgspec.json.Decoder(DeviceReport | None)


def read_report(raw: Raw) -> DeviceReport | None:
    """A report is a courtesy: one that cannot be read is as good as none, and no reason to refuse anything."""
    try:
        found: DeviceReport | None = _report.decode(raw)
        return found
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


class HelloRequest(Struct):
    device: UUID
    schema: Annotated[int, Meta(ge=0, lt=2**31)]
    app: Text = ""
    platform: Text = ""
    name: Text = ""
    report: Raw = Raw(b"null")


class SchemaRange(Struct):
    min: int
    current: int


class UserSummary(Struct):
    id: UUID
    name: str
    roles: list[str]
    organization: UUID


class HelloResponse(Struct):
    epoch: str
    schema: SchemaRange
    last_seq: int
    server_time: datetime
    limits: Limits
    user: UserSummary
    server: str


class PushRequest(Struct):
    """The envelope; its mutations are read one by one, so that a bad one cannot spoil the others."""

    device: UUID
    epoch: str
    sent_at: datetime
    mutations: Annotated[list[Raw], Meta(max_length=LIMITS.mutations)]
    confirmed: Counter = 0
    report: Raw = Raw(b"null")


class Mutation(Struct):
    """One named, versioned intent as the phone recorded it; `args` is read by the command that it names."""

    seq: Annotated[int, Meta(ge=1, lt=2**53)]
    name: Annotated[str, Meta(max_length=100)]
    at: datetime
    args: Raw
    v: Annotated[int, Meta(ge=1, lt=2**31)] = 1


class Numbered(Struct):
    """What must be readable of even the worst mutation: the number that its receipt will carry."""

    seq: Annotated[int, Meta(ge=1, lt=2**53)]


class ConflictReference(Struct):
    id: UUID
    field: str


class Receipt(Struct, omit_defaults=True):
    """The server's verdict on one mutation."""

    seq: int
    status: Status
    code: str | None = None
    params: dict[str, Any] | UnsetType = UNSET
    flags: list[str] | UnsetType = UNSET
    conflicts: list[ConflictReference] | UnsetType = UNSET


class PushResponse(Struct):
    epoch: str
    server_time: datetime
    last_seq: int
    committed: int
    receipts: list[Receipt]


class WipedRequest(Struct):
    """A device has erased itself, as it was asked to; `lost` is what it could not send before."""

    device: UUID
    lost: Count = 0


LONGEST_CURSOR = 32_768
"""With as many refetches as one request may ask for, and room to spare."""


class PullRequest(Struct):
    device: UUID
    cursor: Annotated[str, Meta(max_length=LONGEST_CURSOR)] | None = None
    limit: Annotated[int, Meta(ge=1)] = LIMITS.rows
    refetch: Annotated[list[Text], Meta(max_length=1000)] = msgspec.field(default_factory=list)


class PullResponse(Struct):
    """A page. `rows` are already-encoded JSON arrays, joined by commas: `[bucket, kind, id, seq, document]`."""

    epoch: str
    cursor: str
    more: bool
    reset: bool
    server_time: datetime
    last_seq: int
    drop: list[str]
    rows: Raw
    checks: list[tuple[str, int, int]]
