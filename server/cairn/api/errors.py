"""Every refusal as `{code, message, params}`; the words for people are the phone's."""

import logging
import sqlite3
from typing import Any

from asyncpg import InterfaceError, PostgresError
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cairn.kernel.errors import DomainError, Unavailable
from cairn.kernel.outages import database_failed
from cairnsync.errors import ProtocolError

logger = logging.getLogger(__name__)


def operation_of(scope: Any) -> str:
    """The name that the API's description gives a request; its path may hold a token. The app's own files have none."""
    return getattr(scope.get("route_handler"), "operation_id", None) or "file"


DATABASE_PAUSE_S = 5

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
    if status == 412:  # tus wants to be told which version is spoken
        headers["Tus-Version"] = params["version"]
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


def on_database(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """The database failed, or preferred another transaction: nothing was changed, and the same may come again."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, OSError) and not database_failed(error):
        return on_failure(request, error)
    words = cause if isinstance(cause, sqlite3.OperationalError) else None  # of many kinds, a full disk among them
    logger.warning("%s: the database failed (%s)", operation_of(request.scope), type(error).__name__, exc_info=words)
    return on_coded(request, Unavailable(retry_after_s=DATABASE_PAUSE_S))


def on_failure(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """A fault of ours; the cause is for the log."""
    logger.error("%s failed", operation_of(request.scope), exc_info=error)
    return refusal(500, "internal_failure", "The server failed; nothing was changed.", {})


HANDLERS: ExceptionHandlersMap = {
    DomainError: on_coded,
    ProtocolError: on_coded,
    HTTPException: on_http,
    RecursionError: on_too_deep,
    DBAPIError: on_database,
    PoolTimeout: on_database,
    PostgresError: on_database,
    InterfaceError: on_database,
    sqlite3.OperationalError: on_database,
    OSError: on_database,
    Exception: on_failure,
}


def refuse(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """What the framework would answer to an error, by the same handlers."""
    return next(HANDLERS[kind] for kind in type(error).__mro__ if kind in HANDLERS)(request, error)
