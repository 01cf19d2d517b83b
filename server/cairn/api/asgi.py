"""The application as an ASGI server loads it."""

import gc
from typing import Any

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import Message, Receive, Scope, Send

from cairn.api.application import create_application
from cairn.kernel.settings import load_settings
from cairn.observing.logs import configure_logging


class ClosingApplication:
    """While the process is about to stop, every answer asks its client to come back on a new connection.

    What then stops has no idle connection left, on which a request could meet the end of the process.
    """

    def __init__(self, application: Litestar) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        services = getattr(self._application.state, "services", None)
        if services is not None and services.hub.is_closing and scope["type"] == ScopeType.HTTP:
            send = _closing(send)
        await self._application(scope, receive, send)


def _closing(send: Send) -> Send:
    async def send_closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Any = [*message["headers"], (b"connection", b"close")]
            message["headers"] = headers
        await send(message)

    return send_closing


YOUNG_OBJECTS = 20_000
"""Between two looks for garbage in cycles, of which requests leave next to none; the usual 700 cost 8 % of a storm."""

settings = load_settings()
configure_logging(settings)
application = ClosingApplication(create_application(settings))
gc.freeze()  # what was loaded stays to the end, and need not be looked through again and again
gc.set_threshold(YOUNG_OBJECTS, 20, 50)
