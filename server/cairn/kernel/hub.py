"""Pokes: who waits for news of an organization hears that there is some, after the commit that made it.

A poke is a hint and may be lost; phones also pull on their own. Listeners are bounded, and a slow one misses
pokes rather than holding anybody up.
"""

import asyncio
import signal
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from uuid import UUID

from cairn.kernel.errors import Unavailable
from cairn.kernel.gates import Places

STOPPING_SIGNAL = signal.SIGUSR1
"""Tells a server process that it will be stopped soon."""
LARGEST_AUDIENCE = 3_000
"""Below what the server takes at all: open streams must leave room for requests."""
MOST_EACH = 20
MOST_LOOKING = 4


class Hub:
    """The listeners of one server process, by organization."""

    def __init__(self) -> None:
        self._listeners: dict[UUID, set[asyncio.Event]] = {}
        self._seats = Places(LARGEST_AUDIENCE, MOST_EACH, retry_after_s=30)
        self.is_closing = False
        self.looking = asyncio.Semaphore(MOST_LOOKING)
        """Listeners who look what a poke was about; all of one organization are woken at once."""
        self.relay: Callable[[UUID, bool], None] | None = None
        """Tells other server processes, where there are some; and whether rights changed."""
        self.on_rights_changed: Callable[[UUID | None], None] = lambda _organization_id: None
        """Hears of the organizations in which somebody may do something else from now on; None: perhaps in any."""
        self.any_poke = asyncio.Event()
        """Set after every commit, for the worker."""

    @property
    def listeners(self) -> int:
        return sum(map(len, self._listeners.values()))

    @contextmanager
    def listening(self, organization_id: UUID, listener: Hashable = None) -> Iterator[asyncio.Event]:
        """An event that is set at every poke and at the end; the listener clears it.

        Raises Unavailable when all seats are taken or the process is about to stop, TooManyRequests when the
        listener (a person) has many already.
        """
        if self.is_closing:
            raise Unavailable(retry_after_s=1)
        with self._seats.taken(listener or object()):
            poked = asyncio.Event()
            self._listeners.setdefault(organization_id, set()).add(poked)
            try:
                yield poked
            finally:
                listeners = self._listeners[organization_id]
                listeners.discard(poked)
                if not listeners:
                    del self._listeners[organization_id]

    def close(self) -> None:
        """The process will stop: listeners go, and find another one."""
        self.is_closing = True
        self.poke_everybody()

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
