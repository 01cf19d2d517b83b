"""Routes that phones ask all day, without the framework's requests and responses, which cost more than the answers.

Refusals are raised and become answers as everywhere (`cairn.api.errors`).
"""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import brotli
import msgspec
import zstandard
from litestar import Litestar, Request
from litestar.enums import ScopeType
from litestar.exceptions import MethodNotAllowedException
from litestar.middleware import DefineMiddleware
from litestar.types import ASGIApp, Receive, Send

from cairn.api.authentication import Headers, token_in
from cairn.api.errors import refuse
from cairn.modules.identity.sessions import SignedIn
from cairn.services import Services
from cairnsync.errors import Malformed, TooLarge
from cairnsync.messages import LIMITS

Answer = Callable[[Services, SignedIn, bytes], Awaitable[msgspec.Struct | None]]
COMPRESS_FROM_BYTES = 1_000
COMPRESS_IN_THREAD_FROM_BYTES = 64 * 1024
"""Less than this is compressed sooner than a thread would begin."""


class QuickPost:
    """A POST of somebody who is signed in: the body goes to `answer`, and what comes back is sent as JSON."""

    def __init__(self, path: str, answer: Answer) -> None:
        first, *rest = path.strip("/").split("/")
        self.path = path
        self.operation_id = first + "".join(map(str.capitalize, rest))
        self.description = answer.__doc__ or ""
        self._answer = answer

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            raise MethodNotAllowedException()
        services: Services = scope["litestar_app"].state.services
        person = await services.sessions.find(token_in(scope["headers"]))
        value = await self._answer(services, person, await _body(scope["headers"], receive))
        content, headers = await _encode(value, header(scope["headers"], b"accept-encoding"))
        await _send(send, 204 if value is None else 200, headers, content)


class Refusing:
    """Makes answers of errors as the framework does, for what is asked without it."""

    def __init__(self, app: ASGIApp) -> None:
        self._application = app

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        try:
            await self._application(scope, receive, send)
        except Exception as error:
            refusal = refuse(Request(scope), error)
            content, headers = await _encode(refusal.content, "")
            named = [(name.encode(), value.encode()) for name, value in refusal.headers.items()]
            await _send(send, refusal.status_code or 500, [*headers, *named], content)


class QuickApplication(Litestar):
    """The framework's application with plain ones, by path, in front of it."""

    def __init__(self, quick: Iterable[QuickPost], middleware: Sequence[DefineMiddleware], **options: Any) -> None:
        super().__init__(middleware=middleware, **options)
        *outer, inner = middleware
        self._quick = {}
        for post in quick:
            application: ASGIApp = Refusing(inner(app=post))
            for each in reversed(outer):
                application = each(app=application)
            self._quick[post.path] = (post, application)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        found = self._quick.get(scope["path"]) if scope["type"] == ScopeType.HTTP else None
        if found is None:
            return await super().__call__(scope, receive, send)
        scope["litestar_app"], scope["route_handler"] = self, found[0]
        await found[1](scope, receive, send)


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], content: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})


def header(headers: Headers, name: bytes) -> str:
    """The first header of a name, or nothing."""
    for key, value in headers:
        if key == name:
            return value.decode("latin-1")
    return ""


async def _body(headers: Headers, receive: Receive) -> bytes:
    """The request's body; raises TooLarge before reading more than the limit."""
    length = header(headers, b"content-length")
    if length.isdecimal() and int(length) > LIMITS.bytes:
        raise TooLarge(bytes=int(length), limit=LIMITS.bytes)
    chunks, size, more = [], 0, True
    while more:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            raise Malformed(path="$", reason="the body ended early")
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > LIMITS.bytes:
            raise TooLarge(limit=LIMITS.bytes)
        more = message.get("more_body", False)
    return b"".join(chunks)


async def _encode(value: Any, accepted: str) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """JSON and its headers; compressed when the client takes it and it is worth it, off the event loop if long."""
    if value is None:
        return b"", []
    content = msgspec.json.encode(value)
    headers = [(b"content-type", b"application/json"), (b"vary", b"Accept-Encoding")]
    name = _compressor_for(accepted) if len(content) >= COMPRESS_FROM_BYTES else None
    if name is not None:
        is_long, compress = len(content) >= COMPRESS_IN_THREAD_FROM_BYTES, _COMPRESSORS[name]
        content = await asyncio.to_thread(compress, content) if is_long else compress(content)
        headers.append((b"content-encoding", name.encode()))
    return content, [*headers, (b"content-length", b"%d" % len(content))]


_COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda content: zstandard.ZstdCompressor(level=1).compress(content),
    "br": lambda content: brotli.compress(content, quality=1),
    "gzip": lambda content: gzip.compress(content, compresslevel=1),
}


@lru_cache(maxsize=100)
def _compressor_for(accepted: str) -> str | None:
    """The best that a client takes."""
    return next((name for name in _COMPRESSORS if _accepts(accepted, name)), None)


def _accepts(accepted: str, encoding: str) -> bool:
    """Whether an Accept-Encoding header takes an encoding (RFC 9110, 12.5.3): named, and not with q=0."""
    for part in accepted.lower().replace(" ", "").split(","):
        name, _, weight = part.partition(";q=")
        if name == encoding:
            return weight.strip("0.") != "" or weight == ""
    return False
