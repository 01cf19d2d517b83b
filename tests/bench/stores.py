"""The two databases to measure on: how to copy one, and how to reach it past the house, with the bare driver."""

import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from sqlalchemy import make_url

from bench.processes import Clock, Stopwatch, family_cpu, own_cpu_s
from support.postgres import Cluster

Values = Sequence[Any]
Transaction = list[tuple[str, list[Values]]]
"""(statement, rows of parameters), in the order of execution; parameters are written $1, $2, …"""


class Store(Protocol):
    """One kind of database."""

    name: str
    clocks: list[Clock]
    """Whose CPU a measurement counts: this process, and the database's where it has its own."""

    def url(self, name: str) -> str:
        """Where the database of a name is; it may not exist yet."""
        ...

    def copy(self, source: str, name: str) -> str: ...

    async def read(self, name: str, table: str) -> tuple[list[str], list[Values]]:
        """Columns and all rows, as the driver gives them."""
        ...

    async def write(self, name: str, transactions: list[Transaction]) -> float:
        """CPU seconds that it took."""
        ...


@dataclass
class SqliteStore:
    folder: Path
    name: str = "SQLite"

    def __post_init__(self) -> None:
        self.clocks = [own_cpu_s]

    def path(self, name: str) -> Path:
        return self.folder / name / "cairn.db"

    def url(self, name: str) -> str:
        self.path(name).parent.mkdir(exist_ok=True)
        return f"sqlite+aiosqlite:///{self.path(name)}"

    def copy(self, source: str, name: str) -> str:
        with sqlite3.connect(self.path(source)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        url = self.url(name)
        shutil.copyfile(self.path(source), self.path(name))
        return url

    async def read(self, name: str, table: str) -> tuple[list[str], list[Values]]:
        connection = sqlite3.connect(self.path(name))
        cursor = connection.execute(f"SELECT * FROM {table}")
        rows = cursor.fetchall()
        connection.close()
        return [each[0] for each in cursor.description], rows

    async def write(self, name: str, transactions: list[Transaction]) -> float:
        connection = sqlite3.connect(self.path(name), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")
        watch = Stopwatch(self.clocks)
        for transaction in transactions:
            connection.execute("BEGIN IMMEDIATE")
            for statement, rows in transaction:
                connection.executemany(statement.replace("$", "?"), rows)
            connection.execute("COMMIT")
        elapsed_s = watch.elapsed_s()
        connection.close()
        return elapsed_s


@dataclass
class PostgresStore:
    cluster: Cluster
    name: str = "PostgreSQL"

    def __post_init__(self) -> None:
        postmaster = int((self.cluster.folder / "cluster" / "data" / "postmaster.pid").read_text().split()[0])
        self.clocks = [own_cpu_s, family_cpu(postmaster)]

    def url(self, name: str) -> str:
        if not self.cluster.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            self.cluster.execute(f'CREATE DATABASE "{name}"')
        return self.cluster.url(name)

    def copy(self, source: str, name: str) -> str:
        self.cluster.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.cluster.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
        return self.cluster.url(name)

    async def _connect(self, name: str) -> Any:
        address = make_url(self.cluster.url(name))
        connection = await asyncpg.connect(
            host=address.host, port=address.port, user=address.username, password=address.password, database=name
        )
        await connection.set_type_codec("jsonb", encoder=str, decoder=str, schema="pg_catalog")
        return connection

    async def read(self, name: str, table: str) -> tuple[list[str], list[Values]]:
        connection = await self._connect(name)
        statement = await connection.prepare(f"SELECT * FROM {table}")
        columns = [attribute.name for attribute in statement.get_attributes()]
        rows = [tuple(row) for row in await statement.fetch()]
        await connection.close()
        return columns, rows

    async def write(self, name: str, transactions: list[Transaction]) -> float:
        connection = await self._connect(name)
        watch = Stopwatch(self.clocks)
        for transaction in transactions:
            async with connection.transaction():
                for statement, rows in transaction:
                    await connection.executemany(statement, rows)
        elapsed_s = watch.elapsed_s()  # before the backend that did the work is gone
        await connection.close()
        return elapsed_s
