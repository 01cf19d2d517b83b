"""Running the application under granian."""

from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from cairn.kernel.settings import load_settings

# Each open event stream counts against the back-pressure, so both are far above what one process serves.
BACKLOG = 4_096
BACKPRESSURE = 4_000
STOP_TIMEOUT_S = 5


def serve(host: str, port: int, *, tls: bool = False) -> None:
    """Serve until stopped; bad settings stop the start with a sentence."""
    settings = load_settings()
    options: dict[str, Any] = {}
    if tls:
        from cairn.certificates import own_certificate

        certificate, key = own_certificate(Path(settings.data) / "tls")
        options = {"ssl_cert": certificate, "ssl_key": key}
    Granian(
        "cairn.api.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=1,
        backlog=BACKLOG,
        backpressure=BACKPRESSURE,
        workers_kill_timeout=STOP_TIMEOUT_S,
        log_level=LogLevels.warning,
        websockets=False,
        **options,
    ).serve()
