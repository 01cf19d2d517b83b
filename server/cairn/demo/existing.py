"""Whether a database holds anything already, asked without putting a server together."""

import sqlite3
from contextlib import closing

from cairn.kernel.settings import Settings

QUESTION = "SELECT 1 FROM organization_head LIMIT 1"


async def has_organization(settings: Settings) -> bool:
    """False for a database that does not exist or has no tables yet."""
    if settings.database_url is not None:
        return await _asked_of(settings.database_url)
    path = settings.data / "cairn.db"
    if not path.exists():
        return False
    try:  # the standard library's own, because a second start should not wait for SQLAlchemy twice
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(QUESTION).fetchone() is not None
    except sqlite3.OperationalError:
        return False


async def _asked_of(url: str) -> bool:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    from cairn.kernel.database import Database

    database = Database(url)
    try:
        async with database.reading() as connection:
            return (await connection.execute(text(QUESTION))).first() is not None
    except DBAPIError:
        return False
    finally:
        await database.close()
