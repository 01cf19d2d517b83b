"""Telling a database that failed from a statement or a value that it could not take."""

import sqlite3

from asyncpg import InterfaceError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

PASSING_STATES = ("08", "40", "53", "55000", "57P")
"""PostgreSQL's: connection lost, deadlock or serialization, no room, taking none, shutting down (appendix A there)."""


def database_failed(error: BaseException) -> bool:
    """Whether the database failed, whatever was asked of it: the same may go well another time."""
    if isinstance(error, OperationalError | sqlite3.OperationalError | PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return _driver_failed(error)
    return error.connection_invalidated or _driver_failed(error.orig)


def lost_a_race(error: BaseException) -> bool:
    """Whether the database ended a whole transaction in favour of another's: begun anew, it may go through."""
    return _state_of(error.orig if isinstance(error, DBAPIError) else error).startswith("40")


def _driver_failed(error: BaseException | None) -> bool:
    if isinstance(error, InterfaceError):
        return not isinstance(error, ValueError)  # a value that the driver cannot write down
    return _state_of(error).startswith(PASSING_STATES)


def _state_of(error: BaseException | None) -> str:
    return str(getattr(error, "sqlstate", None) or "")
