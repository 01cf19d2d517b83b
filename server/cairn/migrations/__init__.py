"""The database's history, by Alembic; the server brings it up to date when it starts."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from cairn.migrations.planner import teach_planner

if TYPE_CHECKING:  # half a second of start that is only spent when there is something to do
    from alembic.config import Config

_LOCK = 7_241_990_113
"""An advisory lock, so that several server processes that start at once follow one another."""


def newest() -> str:
    """The revision that this version of the server works with: files are named by it."""
    return max(path.name.split("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


def configuration(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    if _version(connection) == newest():
        return
    from alembic import command

    command.upgrade(configuration(connection), "head")
    if connection.dialect.name == "sqlite":
        teach_planner(connection)


async def upgrade(url: str) -> None:
    """Bring a database to the newest version; foreign keys are off meanwhile on SQLite."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)
    await engine.dispose()
