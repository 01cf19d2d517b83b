"""What is noted of each request, by setting: a log line, metrics and a span. Never its path, its query or its body."""

import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get
from litestar.exceptions import NotAuthorizedException, NotFoundException

from cairn.api.authentication import services_of
from cairn.api.errors import operation_of
from cairn.observing.traces import request_span

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from cairn.observing.metrics import Metrics

logger = logging.getLogger(__name__)
ENDLESS = "syncLive"
"""A stream: how long it lasts says nothing."""


class Observer:
    """Around every route; installed only where somebody wants to know."""

    def __init__(self, app: Callable[..., Awaitable[None]], tracer: "Tracer | None" = None) -> None:
        self._application = app
        self._tracer = tracer

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        operation = operation_of(scope)
        began = time.perf_counter()
        status = 0

        async def note(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._span(operation, scope) as opened:
            try:
                await self._application(scope, receive, note)
            finally:
                seconds = time.perf_counter() - began
                if opened is not None:
                    opened.set_attribute("http.response.status_code", status)
                metrics: Metrics | None = scope["litestar_app"].state.metrics
                if metrics is not None and operation != ENDLESS:
                    metrics.answered(operation, status, seconds)
                fields = {"operation": operation, "status": status, "milliseconds": round(seconds * 1000, 1)}
                logger.info("request", extra={"fields": fields})

    def _span(self, operation: str, scope: Any) -> Any:
        if self._tracer is None:
            return nullcontext()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        return request_span(self._tracer, operation, headers)


@get("/metrics", include_in_schema=False)
async def show_metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """For Prometheus, with the token of CAIRN_METRICS_TOKEN; without that setting there is nothing here."""
    wanted = services_of(request).settings.metrics_token
    metrics: Metrics | None = request.app.state.metrics
    if wanted is None or metrics is None:
        raise NotFoundException(detail="no such page")
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise NotAuthorizedException(detail="the token of CAIRN_METRICS_TOKEN is wanted")
    return Response(await metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")
