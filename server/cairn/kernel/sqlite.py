"""SQLite on the event loop's own thread, as a dialect of SQLAlchemy's.

The usual asynchronous driver hands every statement, every fetch and every close of a cursor to another thread and
back, which costs more than the statements of this house, all short and indexed. What may take its time is kept off
the loop: a COMMIT, which waits for the disk, and the wait for another process's write lock.
"""

import asyncio
import sqlite3
from typing import Any

from sqlalchemy import AsyncAdaptedQueuePool, Pool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.util import await_only

DRIVER = "sqlite+onloop"
LOCK_WAIT_S = 10.0
LOCK_RETRY_S = 0.005


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """Part of what SQLAlchemy asks of an asynchronous driver's cursor; rows need no rescue from this one."""


class _Connection(sqlite3.Connection):
    def cursor(self, *_options: Any, **_named: Any) -> sqlite3.Cursor:  # type: ignore[override]
        return super().cursor(_Cursor)


class OnLoopSqlite(SQLiteDialect_pysqlite):
    """Everything runs inline but COMMIT, which a thread carries out unless the database never waits for the disk."""

    driver = "onloop"
    is_async = True
    supports_statement_cache = True

    def __init__(self, commits_in_thread: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self._commits_in_thread = commits_in_thread

    @classmethod
    def get_pool_class(cls, _url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> Any:
        arguments, options = super().create_connect_args(url)
        return arguments, {**options, "factory": _Connection, "check_same_thread": False}

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        await_only(_at_once())
        cursor.execute(statement, parameters)

    def do_executemany(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        await_only(_at_once())
        cursor.executemany(statement, parameters)

    def do_commit(self, dbapi_connection: Any) -> None:
        if self._commits_in_thread:
            await_only(asyncio.to_thread(dbapi_connection.commit))
        else:
            dbapi_connection.commit()


async def _at_once() -> None:
    """SQLAlchemy wants to see every statement of an asynchronous driver await something."""


registry.register("sqlite.onloop", __name__, OnLoopSqlite.__name__)


def begin_immediately(connection: sqlite3.Connection) -> None:
    """Take the write lock; another process may hold it for a while, and the loop goes on meanwhile."""
    waited_s = 0.0
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or waited_s >= LOCK_WAIT_S:
                raise
        await_only(asyncio.sleep(LOCK_RETRY_S))
        waited_s += LOCK_RETRY_S
