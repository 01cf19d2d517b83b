"""Whether a database holds anything already, asked without putting a server together."""

from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from cairn.kernel.access import OrganizationHead
from cairn.kernel.database import Database
from cairn.kernel.settings import Settings


async def has_organization(settings: Settings) -> bool:
    """False for a database that does not exist or has no tables yet."""
    if settings.database_url is None and not (settings.data / "cairn.db").exists():
        return False
    database = Database(settings.resolved_database_url)
    try:
        async with database.reading() as connection:
            return (await connection.execute(select(OrganizationHead.seq).limit(1))).first() is not None
    except DatabaseError:
        return False
    finally:
        await database.close()
