"""A PostgreSQL database's dump as of one moment, and loading one, by PostgreSQL's own programs."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection

from cairn.backups.errors import BackupRefused
from cairn.kernel.database import Database
from cairn.modules.files.storage import FileKey

BEGIN = b"BEGIN;\n"
EMPTY = b"DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;\n"
BEGIN_EPOCHS_AND_COMMIT = b"\nUPDATE public.organization_head SET epoch = gen_random_uuid()::text;\nCOMMIT;\n"
BLOCK_BYTES = 1024 * 1024


@dataclass
class Snapshot:
    """One moment of a database, for as long as its transaction lasts."""

    url: str
    connection: AsyncConnection

    async def dump(self, target: Path) -> None:
        """Write everything as SQL, as this moment has it."""
        name = (await self.connection.execute(text("SELECT pg_export_snapshot()"))).scalar_one()
        options = ("--no-owner", "--no-privileges", "--encoding=UTF8", f"--snapshot={name}", f"--file={target}")
        await asyncio.to_thread(_run, self.url, "pg_dump", *options)

    async def revision(self) -> str:
        return str((await self.connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one())

    async def organizations(self) -> int:
        return int((await self.connection.execute(text("SELECT count(*) FROM organization_head"))).scalar_one())

    async def stored_files(self) -> list[FileKey]:
        statement = text("SELECT organization_id, id FROM file WHERE state = 'stored' ORDER BY id")
        return [FileKey(row.organization_id, row.id) for row in await self.connection.execute(statement)]


@asynccontextmanager
async def one_moment(url: str) -> AsyncIterator[Snapshot]:
    database = Database(url)
    try:
        async with database.reading() as connection:
            yield Snapshot(url, connection)
    finally:
        await database.close()


async def is_empty(url: str) -> bool:
    """Whether there is no table of ours in it."""
    database = Database(url)
    try:
        async with database.reading() as connection:
            found = await connection.execute(text("SELECT to_regclass('public.organization_head')"))
            return found.scalar_one() is None
    finally:
        await database.close()


def load(url: str, dump: IO[bytes], *, replace: bool) -> None:
    """Load a dump and begin new epochs, in one transaction that only the last line of the input commits."""
    options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
    line = [_program("psql"), *options, "--file=-"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(url)) as process:  # noqa: S603 - one program, options of our own
        assert process.stdin is not None and process.stderr is not None
        try:
            process.stdin.write(BEGIN + (EMPTY if replace else b""))
            shutil.copyfileobj(dump, process.stdin, BLOCK_BYTES)
            process.stdin.write(BEGIN_EPOCHS_AND_COMMIT)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it stopped at an error, which it tells below
        except BaseException:
            process.kill()
            raise
        complaint = process.stderr.read().decode(errors="replace")
    if process.returncode != 0:
        raise BackupRefused(f"PostgreSQL did not take the backup and is as it was:\n{complaint.strip()[-2_000:]}")


def _run(url: str, program: str, *options: str) -> None:
    line = [_program(program), *options]
    done = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, env=_environment(url))  # noqa: S603 - as above
    if done.returncode != 0:
        raise BackupRefused(f"{program} failed: {done.stderr.decode(errors='replace').strip()[-2_000:]}")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupRefused(f"{name} is not on this machine: install PostgreSQL's client programs.")
    return found


def _environment(url: str) -> dict[str, str]:
    """The connection as PostgreSQL's programs read it; a password on a command line could be seen by all."""
    parts = make_url(url)
    given = {
        "PGHOST": parts.host,
        "PGPORT": str(parts.port) if parts.port else None,
        "PGUSER": parts.username,
        "PGPASSWORD": str(parts.password) if parts.password is not None else None,
        "PGDATABASE": parts.database,
        "PGSSLMODE": str(parts.query["ssl"]) if "ssl" in parts.query else None,
    }
    return {**os.environ, **{name: value for name, value in given.items() if value is not None}}
