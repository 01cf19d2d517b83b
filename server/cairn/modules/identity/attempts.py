"""How often an address or a network may try something: counted by digest, in a window that slides."""

from collections.abc import Iterable
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

from msgspec import Struct
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.errors import TooManyRequests
from cairn.kernel.ids import NewId
from cairn.modules.identity.models import SignInFailure
from cairn.modules.identity.tokens import digest
from cairnsync.clock import Clock

NETWORK_ALLOWANCE = 10
"""A network holds many people: it may try this many times as often as one address."""


class Subject(Struct, frozen=True):
    """What is counted, and how many times it may come up within the window."""

    key: bytes
    limit: int


def subjects(purpose: str, email: str, network: str, limit: int) -> list[Subject]:
    """The address, and the network that asks for it."""
    return [
        Subject(digest(f"{purpose}email {email}"), limit),
        Subject(digest(f"{purpose}network {block_of(network)}"), limit * NETWORK_ALLOWANCE),
    ]


def block_of(network: str) -> str:
    """An IPv6 address stands for its /64, which one subscriber has to himself."""
    try:
        address = ip_address(network)
    except ValueError:
        return network
    return address.exploded[:19] if isinstance(address, IPv6Address) else network


class Attempts:
    """Counts attempts in the database, so that all server processes count together."""

    def __init__(self, clock: Clock, new_id: NewId, window_s: int) -> None:
        self._clock = clock
        self._new_id = new_id
        self._window = timedelta(seconds=window_s)

    async def wait_s(self, session: AsyncSession, counted: Iterable[Subject]) -> int | None:
        """Seconds until none of them is over its limit any more; None if none is."""
        since = self._clock.now() - self._window
        for subject in counted:
            statement = (
                select(SignInFailure.at)
                .where(SignInFailure.subject == subject.key, SignInFailure.at > since)
                .order_by(SignInFailure.at.desc())
                .limit(1)
                .offset(subject.limit - 1)
            )
            at = (await session.execute(statement)).scalar_one_or_none()
            if at is not None:
                return max(1, ceil((at - since).total_seconds()))
        return None

    async def refuse_too_many(self, session: AsyncSession, counted: Iterable[Subject]) -> None:
        """Raises TooManyRequests."""
        wait_s = await self.wait_s(session, counted)
        if wait_s is not None:
            raise TooManyRequests(retry_after_s=wait_s)

    async def note(self, session: AsyncSession, counted: Iterable[Subject]) -> None:
        """Count one attempt, and forget those that no window reaches any more."""
        now = self._clock.now()
        rows = [{"id": self._new_id(), "subject": subject.key, "at": now} for subject in counted]
        await session.execute(delete(SignInFailure).where(SignInFailure.at < now - self._window))
        await session.execute(insert(SignInFailure), rows)
