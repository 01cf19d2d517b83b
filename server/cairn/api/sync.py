"""The sync routes: hello, push, pull, live and the catalogue (see sync/PROTOCOL.md)."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import brotli
import msgspec
import zstandard
from litestar import Request, Response, Router, get, post
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from cairn import __version__
from cairn.api.authentication import services_of, signed_in, token_of
from cairn.kernel.access import OrganizationHead
from cairn.kernel.commands import registry
from cairn.kernel.devices import register_device, wiped
from cairn.kernel.feed import news_since, open_feed
from cairn.kernel.push import Push
from cairn.kernel.writer import Transactional
from cairn.modules.identity.roles import INTERNAL
from cairn.modules.identity.sessions import SessionEnded
from cairn.services import Services
from cairnsync.errors import Malformed, TooLarge, UpgradeRequired
from cairnsync.messages import (
    LIMITS,
    MINIMUM_SCHEMA_VERSION,
    SCHEMA_VERSION,
    HelloRequest,
    HelloResponse,
    PullRequest,
    SchemaRange,
    UserSummary,
    WipedRequest,
)
from cairnsync.pull import answer_pull
from cairnsync.push import read_push

AnyRequest = Request[Any, Any, Any]
COMMENT_EVERY_S = 25.0
COMPRESS_FROM_BYTES = 1_000
COMPRESS_IN_THREAD_FROM_BYTES = 64 * 1024
"""Less than this is compressed sooner than a thread would begin."""
_hello = msgspec.json.Decoder(HelloRequest)
_pull = msgspec.json.Decoder(PullRequest)
_wiped = msgspec.json.Decoder(WipedRequest)


async def body_of(request: AnyRequest) -> bytes:
    """The request's body; raises TooLarge before reading more than the limit."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LIMITS.bytes:
        raise TooLarge(bytes=int(length), limit=LIMITS.bytes)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LIMITS.bytes:
            raise TooLarge(limit=LIMITS.bytes)
    return bytes(body)


async def json_answer(request: AnyRequest, value: Any) -> Response[bytes]:
    """JSON, compressed off the event loop when the client takes it and it is worth it."""
    content = msgspec.json.encode(value)
    headers = {"Vary": "Accept-Encoding"}
    accepted = request.headers.get("accept-encoding", "")
    if len(content) >= COMPRESS_FROM_BYTES:
        for name, compress in _COMPRESSORS.items():
            if _accepts(accepted, name):
                is_long = len(content) >= COMPRESS_IN_THREAD_FROM_BYTES
                content = await asyncio.to_thread(compress, content) if is_long else compress(content)
                headers["Content-Encoding"] = name
                break
    return Response(content, media_type="application/json", headers=headers)


_COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda content: zstandard.ZstdCompressor(level=1).compress(content),
    "br": lambda content: brotli.compress(content, quality=1),
    "gzip": lambda content: gzip.compress(content, compresslevel=1),
}


def _accepts(header: str, encoding: str) -> bool:
    """Whether an Accept-Encoding header takes an encoding (RFC 9110, 12.5.3): named, and not with q=0."""
    for part in header.lower().replace(" ", "").split(","):
        name, _, weight = part.partition(";q=")
        if name == encoding:
            return weight.strip("0.") != "" or weight == ""
    return False


def _read(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Malformed(path="$", reason=str(error)[:200]) from error


@post("/hello", status_code=200, operation_id="syncHello")
async def hello(request: AnyRequest) -> Response[bytes]:
    """Make a device known, and say where it stands."""
    services, person = services_of(request), await signed_in(request)
    data: HelloRequest = _read(_hello, await body_of(request))
    if data.schema < MINIMUM_SCHEMA_VERSION:
        raise UpgradeRequired(min_schema=MINIMUM_SCHEMA_VERSION)
    now = services.clock.now()

    async def register(session: AsyncSession) -> tuple[OrganizationHead, int]:
        return await register_device(session, person.actor, data, now)

    submission = Transactional(person.actor.organization_id, register, key=data.device)
    head, last_seq = await services.writer.submit(submission)
    answer = HelloResponse(
        epoch=head.epoch,
        schema=SchemaRange(MINIMUM_SCHEMA_VERSION, SCHEMA_VERSION),
        last_seq=last_seq,
        server_time=now,
        limits=LIMITS,
        user=UserSummary(person.actor.user_id, person.name, list(person.actor.roles), person.actor.organization_id),
        server=__version__,
    )
    return await json_answer(request, answer)


@post("/push", status_code=200, operation_id="syncPush")
async def push(request: AnyRequest) -> Response[bytes]:
    """Apply a device's mutations in order; one receipt each."""
    services, person = services_of(request), await signed_in(request)
    data, received = read_push(await body_of(request))
    submission = Push(person.actor, data, received, services.clock.now())
    answer = await services.writer.submit(submission)
    if request.app.state.metrics is not None:
        request.app.state.metrics.judged(submission.fresh_receipts)
    return await json_answer(request, answer)


@post("/pull", status_code=200, operation_id="syncPull")
async def pull(request: AnyRequest) -> Response[bytes]:
    """A page of what the device is missing."""
    services, person = services_of(request), await signed_in(request)
    data: PullRequest = _read(_pull, await body_of(request))
    actor = person.actor
    async with open_feed(services.database, services.held, actor.organization_id, actor.user_id, data.device) as feed:
        answer = await answer_pull(data, feed, services.clock.now())
    return await json_answer(request, answer)


@post("/wiped", status_code=204, operation_id="syncWiped")
async def say_wiped(request: AnyRequest) -> Response[None]:
    """The device has erased itself: it is shut out, and the session that it had ends with it."""
    services, person = services_of(request), await signed_in(request)
    data: WipedRequest = _read(_wiped, await body_of(request))
    actor, now = person.actor, services.clock.now()

    async def note(session: AsyncSession) -> None:
        await wiped(session, actor, data, now)

    await services.writer.submit(Transactional(actor.organization_id, note, key=data.device))
    await services.sessions.end(actor.organization_id, actor.user_id, person.session_id)
    return Response(None, status_code=204)


@get("/live", operation_id="syncLive", media_type="text/event-stream")
async def live(request: AnyRequest) -> Stream:
    """Pokes, as server-sent events: something that the person may read has changed."""
    services, token = services_of(request), token_of(request)
    await services.sessions.find(token)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return Stream(_pokes(services, token), media_type="text/event-stream", headers=headers)


async def _pokes(services: Services, token: str) -> AsyncIterator[bytes]:
    actor = (await services.sessions.find(token)).actor
    organization_id, user_id = actor.organization_id, actor.user_id
    with services.hub.listening(organization_id) as poked:
        seen, _ = await news_since(services.database, services.held, organization_id, user_id, 2**62)
        yield b": listening\n\n"
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(poked.wait(), COMMENT_EVERY_S)
            try:
                await services.sessions.find(token)
            except SessionEnded:
                return
            if not poked.is_set():
                yield b": still here\n\n"
                continue
            poked.clear()
            head, news = await news_since(services.database, services.held, organization_id, user_id, seen)
            seen = head
            if news:
                yield b'event: poke\ndata: {"seq":%d}\n\n' % head


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


router = Router("/sync", route_handlers=[hello, push, pull, say_wiped, live, show_catalogue])
