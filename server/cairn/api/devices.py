"""Every device of an organization, for whoever looks after them: what each last said, and erasing one from afar."""

import base64
import binascii
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct
from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from cairn.api.authentication import services_of, signed_in
from cairn.api.bodies import SMALL_BODY_BYTES
from cairn.kernel.context import Actor
from cairn.kernel.database import UtcDateTime
from cairn.kernel.devices import Device, change_device, states_of
from cairn.kernel.errors import MalformedInput, NotPermitted
from cairn.kernel.writer import Transactional
from cairn.modules.accounts.search import search_text
from cairn.modules.identity.models import User

AnyRequest = Request[Any, Any, Any]
State = Literal["active", "unsent", "silent", "skewed", "evictable", "wiping", "ended"]
LARGEST_PAGE = 200
MOST_PEOPLE = 20_000
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Devices with nothing unsent come after all others."""


class Person(Struct):
    """Whose device it is."""

    id: UUID
    name: str


class ManagedDevice(Struct, kw_only=True):
    """A device as it last reported; numbers are None before its first report. Bytes, and milliseconds of skew."""

    id: UUID
    person: Person
    name: str
    platform: str
    app: str
    created_at: datetime
    last_seen_at: datetime
    reported_at: datetime | None
    unsent: int | None
    oldest_unsent_at: datetime | None
    uploads: int | None
    persisted: bool | None
    quota_bytes: int | None
    used_bytes: int | None
    skew_ms: int | None
    revoked_at: datetime | None
    wipe_asked_at: datetime | None
    wiped_at: datetime | None
    lost: int | None


class ManagedDevices(Struct):
    """A page, the one with the oldest unsent work first, and how many devices there are of each state."""

    items: list[ManagedDevice]
    next: str | None
    counts: dict[str, int]


_COLUMNS = [getattr(Device, name) for name in ManagedDevice.__struct_fields__ if name != "person"]
_oldest: Any = func.coalesce(Device.oldest_unsent_at, literal(NEVER, UtcDateTime(timezone=True)), type_=UtcDateTime())


async def _caretaker(request: AnyRequest) -> Actor:
    """Raises NotPermitted."""
    actor = (await signed_in(request)).actor
    if not actor.may("devices.manage"):
        raise NotPermitted(permission="devices.manage")
    return actor


@get("/", operation_id="listManagedDevices")
async def list_managed(
    request: AnyRequest,
    search: Annotated[str, QueryParameter(max_length=100, pattern=r"^[^\0]*\Z")] = "",
    show: FromQuery[State] = "active",
    limit: Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE)] = 50,
    cursor: Annotated[str | None, QueryParameter(max_length=300)] = None,
) -> ManagedDevices:
    """Every device of the organization; `search` finds by person (pinyin too), device, platform and version."""
    actor, services = await _caretaker(request), services_of(request)
    states = states_of(services.clock.now())
    statement = (
        select(*_COLUMNS, Device.user_id, User.name.label("person_name"), _oldest.label("place"))
        .join(User, (User.organization_id == Device.organization_id) & (User.id == Device.user_id))
        .where(Device.organization_id == actor.organization_id, states[show])
        .order_by(_oldest, Device.last_seen_at.desc(), Device.id)
        .limit(limit + 1)
    )
    if cursor is not None:
        statement = statement.where(_beyond(cursor))
    counting = select(*(func.count().filter(each).label(name) for name, each in states.items()))
    async with services.database.reading() as connection:
        if search.strip():
            statement = statement.where(await _matches(connection, actor, search.strip().lower()))
        rows = (await connection.execute(statement)).all()
        counts = (await connection.execute(counting.where(Device.organization_id == actor.organization_id))).one()
    page = rows[:limit]
    following = _cursor(page[-1]) if len(rows) > limit else None
    return ManagedDevices([_managed(row) for row in page], following, dict(counts._mapping))


def _managed(row: Any) -> ManagedDevice:
    values = {name: getattr(row, name) for name in ManagedDevice.__struct_fields__ if name != "person"}
    return ManagedDevice(person=Person(row.user_id, row.person_name), **values)


async def _matches(connection: AsyncConnection, actor: Actor, wanted: str) -> ColumnElement[bool]:
    statement = select(User.id, User.name).where(User.organization_id == actor.organization_id).limit(MOST_PEOPLE)
    people = (await connection.execute(statement)).all()
    found = [person.id for person in people if wanted in _search_text(person.name)]
    texts = (Device.name, Device.platform, Device.app)
    return or_(Device.user_id.in_(found), *(column.icontains(wanted, autoescape=True) for column in texts))


_search_text = lru_cache(MOST_PEOPLE)(search_text)


def _cursor(row: Any) -> str:
    place = msgspec.json.encode([row.place, row.last_seen_at, row.id])
    return base64.urlsafe_b64encode(place).decode()


def _beyond(cursor: str) -> ColumnElement[bool]:
    """What comes after a place; raises MalformedInput."""
    try:
        place, seen, last_id = msgspec.json.decode(
            base64.urlsafe_b64decode(cursor), type=tuple[datetime, datetime, UUID]
        )
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        raise MalformedInput(path="cursor", reason="not a cursor of this server") from None
    if place.tzinfo is None or seen.tzinfo is None:
        raise MalformedInput(path="cursor", reason="a time needs a zone")
    earlier = or_(Device.last_seen_at < seen, and_(Device.last_seen_at == seen, Device.id > last_id))
    return or_(_oldest > place, and_(_oldest == place, earlier))


@post("/{device_id:uuid}/wipe", status_code=204, operation_id="wipeDevice")
async def wipe(request: AnyRequest, device_id: FromPath[UUID]) -> None:
    """Have a device send what it can and erase itself: at once where it listens, else the next time it is heard of."""
    actor = await _caretaker(request)
    now = services_of(request).clock.now()
    await _change(request, actor, device_id, {"wipe_asked_at": now, "wipe_asked_by": actor.user_id})


@delete("/{device_id:uuid}/wipe", status_code=204, operation_id="keepDevice")
async def keep(request: AnyRequest, device_id: FromPath[UUID]) -> None:
    """Take that back; too late once the device has erased itself."""
    actor = await _caretaker(request)
    await _change(request, actor, device_id, {"wipe_asked_at": None, "wipe_asked_by": None})


async def _change(request: AnyRequest, actor: Actor, device_id: UUID, values: dict[str, Any]) -> None:
    """Raises NotFound for a device of nobody here, and for one that is erased already."""

    async def change(session: AsyncSession) -> None:
        await change_device(session, actor, device_id, values, Device.wiped_at.is_(None))

    services = services_of(request)
    await services.writer.submit(Transactional(actor.organization_id, change))
    services.hub.poke(actor.organization_id, rights_changed=True)


router = Router(
    "/api/organization/devices", route_handlers=[list_managed, wipe, keep], request_max_body_size=SMALL_BODY_BYTES
)
