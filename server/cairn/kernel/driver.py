"""Statements by the database's own driver, inside a session's transaction.

SQLAlchemy's work on a statement takes longer than most statements of this house. SQL is written as for snapshots, with
parameters ?1, ?2, … and `IN_LIST(?1)`; what is read comes as the driver gives it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from sqlalchemy import Dialect
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.snapshots import PostgresSnapshot, SqliteSnapshot

_KEY = "cairn.driver"


class Driver(Protocol):
    """One transaction's connection."""

    dialect: Dialect

    async def fetch(self, sql: str, *parameters: Any) -> Sequence[Any]: ...

    async def write(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement, in the driver's own words, once for each row of parameters."""
        ...


class SqliteDriver(SqliteSnapshot):
    dialect: Dialect

    async def write(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self._connection.executemany(sql, rows)


class PostgresDriver(PostgresSnapshot):
    dialect: Dialect

    async def write(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        await self._connection.executemany(sql, rows)


KINDS: dict[str, Callable[[Any], SqliteDriver | PostgresDriver]] = {
    "sqlite": SqliteDriver,
    "postgresql": PostgresDriver,
}
"""By the name of the dialect, around its driver's connection; the simulation puts its traps here."""


async def driver_of(session: AsyncSession) -> Driver:
    """The driver under a session, whose transaction has begun."""
    found = session.info.get(_KEY)
    if found is None:
        connection = await session.connection()
        raw = (await connection.get_raw_connection()).driver_connection
        if connection.dialect.name != "sqlite":
            await connection.exec_driver_sql("SELECT 1")  # SQLAlchemy begins with the first statement that it sees
        found = KINDS[connection.dialect.name](raw)
        found.dialect = connection.dialect
        session.info[_KEY] = found
    return cast(Driver, found)
