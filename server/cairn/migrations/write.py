"""Writing a migration: the difference between the models and a fresh database of the newest version."""

import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy.ext.asyncio import create_async_engine

from cairn.migrations import configuration, upgrade


async def write_migration(message: str) -> None:
    """Compare with an upgraded, empty SQLite database and write the file under migrations/versions."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'fresh.db'}"
        await upgrade(url)
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(
                lambda sync: command.revision(configuration(sync), message=message, autogenerate=True)
            )
        await engine.dispose()
