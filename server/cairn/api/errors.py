"""Every refusal as `{code, message, params}`; the words for people are the phone's."""

import logging
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from cairn.kernel.errors import DomainError
from cairnsync.errors import ProtocolError

logger = logging.getLogger(__name__)

_HTTP_CODES = {
    400: "malformed",
    401: "session_ended",
    403: "not_permitted",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "too_large",
    415: "malformed",
    422: "malformed",
    429: "too_many_requests",
    503: "unavailable",
}


def refusal(status: int, code: str, message: str, params: dict[str, Any]) -> Response[dict[str, Any]]:
    headers = {"Retry-After": str(params["retry_after_s"])} if "retry_after_s" in params else {}
    return Response({"code": code, "message": message, "params": params}, status_code=status, headers=headers)


def on_coded(_request: Request[Any, Any, Any], error: DomainError | ProtocolError) -> Response[dict[str, Any]]:
    """A refusal that the house itself raised."""
    message = (type(error).__doc__ or error.code).strip().splitlines()[0]
    return refusal(error.http_status, error.code, message, error.params)


def on_http(_request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """A refusal by the framework: a path, a method or a body that it could not take."""
    params = {"fault": str(error.extra)[:500]} if error.extra else {}
    code = _HTTP_CODES.get(error.status_code, "internal_failure")
    return refusal(error.status_code, code, str(error.detail)[:500], params)


def on_too_deep(_request: Request[Any, Any, Any], _error: RecursionError) -> Response[dict[str, Any]]:
    """A body nested so deep that nobody can read it."""
    return refusal(400, "malformed", "The body is nested too deep.", {})


def on_failure(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """A fault of ours; the cause is for the log."""
    handler = request.scope.get("route_handler")
    logger.error("%s failed", getattr(handler, "operation_id", None), exc_info=error)
    return refusal(500, "internal_failure", "The server failed; nothing was changed.", {})


HANDLERS: ExceptionHandlersMap = {
    DomainError: on_coded,
    ProtocolError: on_coded,
    HTTPException: on_http,
    RecursionError: on_too_deep,
    Exception: on_failure,
}
