"""The database: two engines (one that writes, some that read), column types, and the base of all tables."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import DateTime, Dialect, MetaData, Text, TypeDecorator, Uuid, event, inspect, make_url, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.orm.properties import MappedColumn
from sqlalchemy.types import JSON, TypeEngine

from cairn.kernel.snapshots import PostgresSnapshots, Snapshots, SqliteSnapshots
from cairn.kernel.sqlite import DRIVER, begin_immediately
from cairn.kernel.standings import Standings

READERS = 8
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC on every database; a naive one is a programming error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        try:
            return value.astimezone(UTC)
        except OverflowError:  # the first or last hours that a calendar has, in a zone beyond them
            return EARLIEST if value.year == 1 else LATEST

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Json(TypeDecorator[Any]):
    """A JSON value, kept as text on SQLite and as JSONB on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return value
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if dialect.name == "postgresql" or value is None:
            return value
        return msgspec.json.decode(value)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return JSON()


class JsonText(Json):
    """A JSON value kept as text everywhere: for what others sent, which JSONB would refuse (U+0000) or rewrite."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.decode(value)


def json_column(shape: Any, **options: Any) -> MappedColumn[Any]:
    """A JSON column that says what is in it: `shape` is a type that msgspec can describe."""
    return mapped_column(Json(), info={"shape": shape}, **options)


@cache
def _columns(model: type[Any]) -> tuple[frozenset[str], frozenset[str]]:
    """The names of a model's columns, and of those that something hears of when they are set."""
    mapper = inspect(model)
    return frozenset(mapper.column_attrs.keys()), frozenset(mapper.validators)


class Base(DeclarativeBase):
    """Every table; constraint names are fixed so that migrations can name them on both databases."""

    type_annotation_map = {datetime: UtcDateTime(), UUID: Uuid(), str: Text()}

    def __init__(self, **values: Any) -> None:
        """A new row: all of it is new, so nothing notes what changed, which takes longer than the rest.

        Raises TypeError for a name that is no column's.
        """
        columns, validated = _columns(type(self))
        if not values.keys() <= columns:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(values.keys() - columns))}")
        self.__dict__.update(values)
        for name in validated & values.keys():
            setattr(self, name, values[name])

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database:
    """One place that opens connections: a single writer on SQLite, a pool on PostgreSQL."""

    def __init__(self, url: str, *, synchronous: str = "FULL") -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self.writer = _sqlite_engine(url, size=1, synchronous=synchronous, writes=True)
            self.reader = _sqlite_engine(url, size=READERS, synchronous=synchronous, writes=False)
            self.snapshots: Snapshots = SqliteSnapshots(url)
        else:
            self.writer = _postgres_engine(url)
            self.reader = self.writer
            self.snapshots = PostgresSnapshots(url)
        self.standings = Standings(self.snapshots, shared=not self.is_sqlite)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One consistent snapshot for as long as the block lasts."""
        async with self.reader.connect() as connection:
            if not self.is_sqlite:
                connection = await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            async with connection.begin():
                if not self.is_sqlite:  # the driver begins with the first statement, and raw ones do not count
                    await connection.execute(text("SELECT 1"))
                yield connection

    @asynccontextmanager
    async def reading_session(self) -> AsyncIterator[AsyncSession]:
        """The same snapshot with mapped records, which must not be changed."""
        async with self.reading() as connection, AsyncSession(connection, autoflush=False) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session inside one transaction, which the caller commits; leaving without that rolls it back."""
        async with AsyncSession(self.writer, expire_on_commit=False) as session:
            try:
                yield session
            finally:
                await session.rollback()

    async def close(self) -> None:
        await self.snapshots.close()
        await self.reader.dispose()
        await self.writer.dispose()


def _sqlite_engine(url: str, *, size: int, synchronous: str, writes: bool) -> AsyncEngine:
    engine = create_async_engine(
        make_url(url).set(drivername=DRIVER),
        pool_size=size,
        max_overflow=0,
        pool_timeout=30,
        commits_in_thread=writes and synchronous != "OFF",
    )
    cache_kib = 64 * 1024 if writes else 8 * 1024

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver must not open transactions of its own: it breaks savepoints and BEGIN IMMEDIATE.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            f"busy_timeout={0 if writes else 10_000}",
            "temp_store=memory",
            f"cache_size=-{cache_kib}",
            f"query_only={'OFF' if writes else 'ON'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        if writes:
            begin_immediately(connection.connection.dbapi_connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _postgres_engine(url: str) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=2 * READERS,
        max_overflow=0,
        pool_timeout=30,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
    )
