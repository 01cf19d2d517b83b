"""Running the application under granian."""

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels

from cairn.kernel.hub import STOPPING_SIGNAL
from cairn.kernel.settings import load_settings

# Each open event stream counts against the back-pressure, so both are far above what one process serves.
BACKLOG = 4_096
BACKPRESSURE = 4_000
STOP_TIMEOUT_S = 15
"""A push that has begun may wait for its group's commit."""
SHORTEST_DRAIN_S = 0.1
LARGEST_HEADERS_BYTES = 64 * 1024


def serve(host: str, port: int, *, tls: bool = False) -> None:
    """Serve until stopped; bad settings stop the start with a sentence."""
    settings = load_settings()
    patience_ms = settings.patience_s * 1_000
    options: dict[str, Any] = {}
    if tls:
        from cairn.certificates import own_certificate

        certificate, key = own_certificate(Path(settings.data) / "tls")
        options = {"ssl_cert": certificate, "ssl_key": key}
    server = Granian(
        "cairn.api.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=settings.processes,
        backlog=BACKLOG,
        backpressure=BACKPRESSURE,
        workers_kill_timeout=STOP_TIMEOUT_S,
        # Left to guess the version, it waits without end for a client that says nothing at all.
        http=HTTPModes.auto if tls else HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=patience_ms, max_buffer_size=LARGEST_HEADERS_BYTES),
        http2_settings=HTTP2Settings(max_headers_size=LARGEST_HEADERS_BYTES, keep_alive_interval=patience_ms),
        log_level=LogLevels.warning,
        websockets=False,
        **options,
    )
    server.on_startup(lambda: _announce_the_stop(server, settings.drain_s))
    server.serve()


def _announce_the_stop(server: Any, drain_s: float) -> None:
    """Between SIGTERM and the stop, let balancers see that /readyz says no, and event streams end; a second SIGTERM
    does not wait."""
    stop = server.signal_handler_interrupt

    def announce(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGTERM, stop)
        for process in server.wrks:
            with suppress(ProcessLookupError):
                os.kill(process.inner.pid, STOPPING_SIGNAL)
        timer = threading.Timer(max(SHORTEST_DRAIN_S, drain_s), stop)
        timer.daemon = True
        timer.start()

    signal.signal(signal.SIGTERM, announce)
