"""An upgraded empty database is what the models say, on both databases."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from cairn import modules
from cairn.kernel.database import Base
from cairn.migrations import upgrade


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def test_the_upgraded_database_equals_the_models(database_url: str) -> None:
    modules.load()
    await upgrade(database_url)
    await upgrade(database_url)
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        tables = {name for name in Base.metadata.tables}
        if database_url.startswith("sqlite"):
            rows = await connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
            made = {name: sql for name, sql in rows}
            assert made["feed"].strip().endswith("WITHOUT ROWID")
            assert made.keys() - {"alembic_version", "sqlite_stat1"} == tables
        else:
            rows = await connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            assert {row[0] for row in rows} - {"alembic_version"} == tables
    await engine.dispose()
