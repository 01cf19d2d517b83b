"""Who is asking: a bearer token, or the browser's cookie."""

from typing import Any

from litestar.connection import ASGIConnection

from cairn.modules.identity.sessions import SessionEnded, SignedIn
from cairn.services import Services

COOKIE = "cairn_session"
Connection = ASGIConnection[Any, Any, Any, Any]


def services_of(connection: Connection) -> Services:
    return connection.app.state.services  # type: ignore[no-any-return]


def token_of(connection: Connection) -> str:
    """Raises SessionEnded where there is none."""
    header = connection.headers.get("authorization", "")
    if header.lower().startswith("bearer "):
        return header[7:].strip()
    token = connection.cookies.get(COOKIE)
    if not token:
        raise SessionEnded()
    return token


async def signed_in(connection: Connection) -> SignedIn:
    """The person who asks; raises SessionEnded."""
    return await services_of(connection).sessions.find(token_of(connection))


def network_of(connection: Connection) -> str:
    """The network address that asks: the one that the outermost of our own proxies saw, never what anybody says."""
    hops = services_of(connection).settings.trusted_proxies
    if hops:
        forwarded = [each.strip() for each in connection.headers.get("x-forwarded-for", "").split(",") if each.strip()]
        if len(forwarded) >= hops:
            return forwarded[-hops]
    return connection.client.host if connection.client else "unknown"
