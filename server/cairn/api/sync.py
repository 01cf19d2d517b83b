"""The sync routes: hello, push, pull, live and the catalogue (see sync/PROTOCOL.md)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import msgspec
from litestar import Request, Router, get
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from cairn import __version__
from cairn.api.authentication import services_of, signed_in, token_of
from cairn.api.quick import QuickPost
from cairn.kernel.access import OrganizationHead
from cairn.kernel.commands import registry
from cairn.kernel.devices import register_device, wiped
from cairn.kernel.feed import DatabaseFeed
from cairn.kernel.held import news_since
from cairn.kernel.push import Push
from cairn.kernel.writer import Transactional
from cairn.modules.identity.roles import INTERNAL
from cairn.modules.identity.sessions import SessionEnded, SignedIn, note_device
from cairn.services import Services
from cairnsync.errors import Malformed, UpgradeRequired
from cairnsync.messages import (
    LIMITS,
    MINIMUM_SCHEMA_VERSION,
    SCHEMA_VERSION,
    HelloRequest,
    HelloResponse,
    PullRequest,
    PullResponse,
    PushResponse,
    SchemaRange,
    UserSummary,
    WipedRequest,
)
from cairnsync.pull import answer_pull
from cairnsync.push import read_push

AnyRequest = Request[Any, Any, Any]
COMMENT_EVERY_S = 25.0
_hello = msgspec.json.Decoder(HelloRequest)
_pull = msgspec.json.Decoder(PullRequest)
_wiped = msgspec.json.Decoder(WipedRequest)


def _read(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Malformed(path="$", reason=str(error)[:200]) from error


async def answer_hello(services: Services, person: SignedIn, body: bytes) -> HelloResponse:
    """Make a device known, and say where it stands."""
    data: HelloRequest = _read(_hello, body)
    if data.schema < MINIMUM_SCHEMA_VERSION:
        raise UpgradeRequired(min_schema=MINIMUM_SCHEMA_VERSION)
    now = services.clock.now()

    async def register(session: AsyncSession) -> tuple[OrganizationHead, int]:
        known = await register_device(session, person.actor, data, now, may_be_new=not person.is_being_erased)
        await note_device(session, person, data.device)
        return known

    submission = Transactional(person.actor.organization_id, register, key=data.device)
    head, last_seq = await services.writer.submit(submission)
    return HelloResponse(
        epoch=head.epoch,
        schema=SchemaRange(MINIMUM_SCHEMA_VERSION, SCHEMA_VERSION),
        last_seq=last_seq,
        server_time=now,
        limits=LIMITS,
        user=UserSummary(person.actor.user_id, person.name, list(person.actor.roles), person.actor.organization_id),
        server=__version__,
    )


async def answer_push(services: Services, person: SignedIn, body: bytes) -> PushResponse:
    """Apply a device's mutations in order; one receipt each."""
    data, received = read_push(body)
    submission = Push(person.actor, data, received, services.clock.now())
    answer = await services.writer.submit(submission)
    if services.on_receipts is not None:
        services.on_receipts(submission.fresh_receipts)
    return answer


async def answer_page(services: Services, person: SignedIn, body: bytes) -> PullResponse:
    """A page of what the device is missing."""
    data: PullRequest = _read(_pull, body)
    asked = (data.device, person.actor.user_id, person.actor.organization_id)
    async with DatabaseFeed(services.database, services.held, asked) as feed:
        answer = await answer_pull(data, feed, services.clock.now())
    services.sightings.note(person.actor.organization_id, data.device, answer.server_time)
    return answer


async def answer_wiped(services: Services, person: SignedIn, body: bytes) -> None:
    """The device has erased itself: it is shut out, and the session that it had ends with it."""
    data: WipedRequest = _read(_wiped, body)
    actor, now = person.actor, services.clock.now()

    async def note(session: AsyncSession) -> None:
        await wiped(session, actor, data, now)

    await services.writer.submit(Transactional(actor.organization_id, note, key=data.device))
    await services.sessions.end(actor.organization_id, actor.user_id, person.session_id)


@get("/live", operation_id="syncLive", media_type="text/event-stream")
async def live(request: AnyRequest) -> Stream:
    """Pokes, as server-sent events: something that the person may read has changed."""
    services, token = services_of(request), token_of(request)
    await signed_in(request)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return Stream(_pokes(services, token), media_type="text/event-stream", headers=headers)


async def _pokes(services: Services, token: str) -> AsyncIterator[bytes]:
    actor = (await services.sessions.find(token)).actor
    organization_id, user_id = actor.organization_id, actor.user_id
    with services.hub.listening(organization_id, user_id) as poked:
        async with services.hub.looking:
            seen, _ = await news_since(services.database, services.held, organization_id, user_id, 2**62)
        yield b": listening\n\n"
        while not services.hub.is_closing:
            with suppress(TimeoutError):
                async with asyncio.timeout(COMMENT_EVERY_S):
                    await poked.wait()
            try:
                person = await services.sessions.find(token)
            except SessionEnded:
                return
            if person.is_being_erased:  # its next pull tells the device
                yield _poke(seen)
                return
            if not poked.is_set():
                yield b": still here\n\n"
                continue
            poked.clear()
            async with services.hub.looking:
                head, news = await news_since(services.database, services.held, organization_id, user_id, seen)
            seen = head
            if news:
                yield _poke(head)


def _poke(seq: int) -> bytes:
    return b'event: poke\ndata: {"seq":%d}\n\n' % seq


class CatalogueEntry(msgspec.Struct, kw_only=True):
    """One mutation, as a client needs it."""

    name: str
    versions: list[int]
    kind: str = msgspec.field(name="class")
    permission: str
    schema: dict[str, Any]


class Catalogue(msgspec.Struct):
    """Every mutation that a phone may record."""

    mutations: list[CatalogueEntry]


def catalogue() -> Catalogue:
    """Name, versions, class and JSON Schema (2020-12) of every mutation."""
    entries = []
    for name, spec in sorted(registry.by_name.items()):
        if spec.permission == INTERNAL:
            continue
        versions = sorted({spec.version, *spec.upgraders})
        kind = "fact" if spec.is_fact else "decision"
        entries.append(
            CatalogueEntry(
                name=name,
                versions=versions,
                kind=kind,
                permission=spec.permission,
                schema=msgspec.json.schema(spec.shape),
            )
        )
    return Catalogue(entries)


@get("/catalogue", operation_id="syncCatalogue")
async def show_catalogue() -> Catalogue:
    """Every mutation's name, versions, class (fact or decision) and JSON Schema."""
    return catalogue()


POSTS = [
    QuickPost("/sync/hello", answer_hello),
    QuickPost("/sync/push", answer_push),
    QuickPost("/sync/pull", answer_page),
    QuickPost("/sync/wiped", answer_wiped),
]
router = Router("/sync", route_handlers=[live, show_catalogue])
