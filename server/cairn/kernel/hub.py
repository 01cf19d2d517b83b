"""Pokes: who waits for news of an organization hears that there is some, after the commit that made it.

A poke is a hint and may be lost; phones also pull on their own. Listeners are bounded, and a slow one misses
pokes rather than holding anybody up.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from cairn.kernel.errors import Unavailable

LARGEST_AUDIENCE = 5_000


class Hub:
    """The listeners of one server process, by organization."""

    def __init__(self) -> None:
        self._listeners: dict[UUID, set[asyncio.Event]] = {}
        self._count = 0
        self.relay: Callable[[UUID, bool], None] | None = None
        """Tells other server processes, where there are some; and whether rights changed."""
        self.on_rights_changed: Callable[[UUID | None], None] = lambda _organization_id: None
        """Hears of the organizations in which somebody may do something else from now on; None: perhaps in any."""
        self.any_poke = asyncio.Event()
        """Set after every commit, for the worker."""

    @contextmanager
    def listening(self, organization_id: UUID) -> Iterator[asyncio.Event]:
        """An event that is set at every poke; the listener clears it. Raises Unavailable when all seats are taken."""
        if self._count >= LARGEST_AUDIENCE:
            raise Unavailable(retry_after_s=30)
        poked = asyncio.Event()
        self._listeners.setdefault(organization_id, set()).add(poked)
        self._count += 1
        try:
            yield poked
        finally:
            self._count -= 1
            listeners = self._listeners[organization_id]
            listeners.discard(poked)
            if not listeners:
                del self._listeners[organization_id]

    def poke(self, organization_id: UUID, *, rights_changed: bool = False) -> None:
        """Something of this organization was committed here."""
        self.poke_listeners(organization_id, rights_changed=rights_changed)
        if self.relay is not None:
            self.relay(organization_id, rights_changed)

    def poke_everybody(self) -> None:
        """Pokes may have been missed: let all look for themselves."""
        self.on_rights_changed(None)
        for organization_id in list(self._listeners):
            self.poke_listeners(organization_id)

    def poke_listeners(self, organization_id: UUID, *, rights_changed: bool = False) -> None:
        """Wake those who listen in this process."""
        if rights_changed:
            self.on_rights_changed(organization_id)
        for poked in self._listeners.get(organization_id, ()):
            poked.set()
