"""A SQLite database's copy as of one moment, while a server writes to it; and putting one in its place."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from cairn.backups.errors import BackupRefused
from cairn.modules.files.storage import FileKey

LOCK_WAIT_S = 30.0


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as one read transaction sees it; writers go on meanwhile."""
    with closing(sqlite3.connect(source, timeout=LOCK_WAIT_S)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def revision_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def organizations_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM organization_head").fetchone()[0])


def stored_files_in(path: Path) -> list[FileKey]:
    statement = "SELECT organization_id, id FROM file WHERE state = 'stored' ORDER BY id"
    with closing(sqlite3.connect(path)) as connection:
        return [FileKey(UUID(organization), UUID(file_id)) for organization, file_id in connection.execute(statement)]


@contextmanager
def prepared(content: IO[bytes], folder: Path) -> Iterator[Path]:
    """A backup's database beside the place where it will be, checked and in a new epoch."""
    restoring = folder / "restoring"
    shutil.rmtree(restoring, ignore_errors=True)
    restoring.mkdir(parents=True)
    path = restoring / "cairn.db"
    try:
        with path.open("wb") as file:
            shutil.copyfileobj(content, file)
        _begin_epochs(path)
        yield path
    finally:
        shutil.rmtree(restoring, ignore_errors=True)


def _begin_epochs(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        try:
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            verdict = str(error)
        if verdict != "ok":
            raise BackupRefused(f"The backup's database is damaged: {verdict}.")
        organizations = connection.execute("SELECT organization_id FROM organization_head").fetchall()
        epochs = [(str(uuid4()), organization) for (organization,) in organizations]
        with connection:
            connection.executemany("UPDATE organization_head SET epoch = ? WHERE organization_id = ?", epochs)


def put_in_place(prepared_database: Path, target: Path, now: datetime) -> Path | None:
    """Make a prepared database the one; where there was another, it is kept beside it under the name returned."""
    aside: Path | None = None
    if target.exists():
        _require_unused(target)
        aside = target.with_name(f"{target.name}.replaced-{now:%Y%m%dT%H%M%S%fZ}")
        target.rename(aside)
    for suffix in ("-wal", "-shm"):  # left by a server that was killed, and of no use to another database
        target.with_name(f"{target.name}{suffix}").unlink(missing_ok=True)
    with prepared_database.open("rb") as file:
        os.fsync(file.fileno())
    prepared_database.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return aside


def _require_unused(path: Path) -> None:
    """Leaving the WAL mode needs every other connection closed, and brings all of the log into the file."""
    try:
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.DatabaseError as error:
        mode = "wal" if "locked" in str(error) else "delete"  # a damaged one is set aside as it is
    if mode != "delete":
        raise BackupRefused(f"A server is using {path}: stop it first.")
