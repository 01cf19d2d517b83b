"""Is the process alive, and can it serve?"""

from typing import Any

from litestar import Request, Response, get
from sqlalchemy import text

from cairn.api.authentication import services_of


@get("/healthz", operation_id="isAlive", sync_to_thread=False)
def is_alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@get("/readyz", operation_id="isReady")
async def is_ready(request: Request[Any, Any, Any]) -> Response[dict[str, str]]:
    """The database answers and has the tables of this version, and the process is not about to stop."""
    if services_of(request).hub.is_closing:
        return Response({"status": "not ready", "reason": "stopping"}, status_code=503)
    try:
        async with services_of(request).database.reading() as connection:
            await connection.execute(text("SELECT count(*) FROM organization_head"))
    except Exception as error:
        return Response({"status": "not ready", "reason": type(error).__name__}, status_code=503)
    return Response({"status": "ready"})
