"""The demo company for tests: made once in a run, however many workers there are."""

import asyncio
import fcntl
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cairn.kernel.database import Database
from cairn.kernel.synced import Synced
from support.server import cairn

COMPANY_VARIABLE = "TEST_COMPANY_FOLDER"
"""Names a folder for the company that several runs share, one after the other."""
Documents = dict[str, dict[str, dict[str, Any]]]


def make_once(folder: Path) -> Path:
    """The data folder below `folder`; who comes second waits for who came first."""
    data = folder / "demo-company"
    with (folder / "demo-company.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "cairn.db").exists():
            cairn("demo", "--data", str(data), "--make-only")
    return data


def database_of(data: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{data / 'cairn.db'}")


def documents_of(data: Path, organization: str) -> Documents:
    """Every record of an organization whose name holds a word: kind → id → document, ids as text, times as times."""

    async def load() -> Documents:
        database = database_of(data)
        try:
            async with database.reading_session() as session:
                name: Any = Synced.kinds["organization"]
                found = (await session.scalars(select(name).where(name.name.contains(organization)))).one()
                documents: Documents = {}
                for kind, model in Synced.kinds.items():
                    column: Any = model
                    statement = select(model).where(column.organization_id == found.organization_id)
                    rows = (await session.scalars(statement)).all()
                    documents[kind] = {str(row.id): row.document() for row in rows}
                return documents
        finally:
            await database.close()

    return asyncio.run(load())
