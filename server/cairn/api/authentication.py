"""Who is asking: a bearer token, or the browser's cookie."""

from collections.abc import Iterable
from typing import Any

from litestar.connection import ASGIConnection

from cairn.modules.identity.sessions import SessionEnded, SignedIn
from cairn.services import Services
from cairnsync.errors import DeviceRevoked

COOKIE = "cairn_session"
Headers = Iterable[tuple[bytes, bytes]]
Connection = ASGIConnection[Any, Any, Any, Any]


def services_of(connection: Connection) -> Services:
    services: Services = connection.app.state.services
    return services


def token_in(headers: Headers) -> str:
    """A bearer token, or the cookie's; raises SessionEnded where there is neither."""
    cookies: list[str] = []
    for name, value in headers:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return value[7:].decode("latin-1").strip()
        if name == b"cookie":
            cookies += value.decode("latin-1").split(";")
    for cookie in cookies:
        name_of, _, token = cookie.strip().partition("=")
        if name_of == COOKIE and token:
            return token
    raise SessionEnded()


def token_of(connection: Connection) -> str:
    """Raises SessionEnded where there is none."""
    return token_in(connection.scope["headers"])


async def sender(connection: Connection) -> SignedIn:
    """The person who asks, be it with a device that may only send any more; raises SessionEnded."""
    return await services_of(connection).sessions.find(token_of(connection))


async def signed_in(connection: Connection) -> SignedIn:
    """The person who asks; raises SessionEnded, and DeviceRevoked while the person's device is being erased."""
    person = await sender(connection)
    if person.is_being_erased:
        raise DeviceRevoked(wipe=True)
    return person


def network_of(connection: Connection) -> str:
    """The network address that asks: the one that the outermost of our own proxies saw, never what anybody says."""
    hops = services_of(connection).settings.trusted_proxies
    if hops:
        forwarded = [each.strip() for each in connection.headers.get("x-forwarded-for", "").split(",") if each.strip()]
        if len(forwarded) >= hops:
            return forwarded[-hops]
    return connection.client.host if connection.client else "unknown"
