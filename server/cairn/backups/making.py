"""`cairn backup`: the database as of one moment, then the files that it names; servers may run meanwhile."""

import asyncio
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from sqlalchemy import make_url

from cairn import __version__, modules
from cairn.backups import postgres, sqlite
from cairn.backups.archive import DATABASE, FILES, FORMAT, ArchiveWriter, DatabaseKind, Manifest, writing
from cairn.backups.errors import BackupRefused
from cairn.kernel.settings import Settings, load_settings
from cairn.modules.files.errors import FileNotStored
from cairn.modules.files.storage import FileKey, FileStorage, Variant
from cairn.services import open_storage

VARIANTS: tuple[Variant, ...] = get_args(Variant)


def run_backup(target: Path) -> None:
    """Write a backup to a file that must not exist yet; raises BackupRefused."""
    settings = load_settings()
    modules.load()
    if target.exists():
        raise BackupRefused(f"{target} is there already, and a backup is never written over another.")
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}.")
    manifest, missing = asyncio.run(_back_up(settings, target))
    print(
        f"{target}: {target.stat().st_size / 1e6:.1f} MB, {manifest.organizations} organizations, "
        f"{manifest.files - missing} files, as of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC."
    )
    if missing:
        print(f"{missing} files that the database names are not in the storage, so they are not in the backup either.")


async def _back_up(settings: Settings, target: Path) -> tuple[Manifest, int]:
    url = settings.resolved_database_url
    made_at = datetime.now(UTC)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".cairn-backup-") as folder:
        dump = Path(folder) / DATABASE
        if url.startswith("sqlite"):
            source = database_path(settings)
            if not source.exists():
                raise BackupRefused(f"There is no database {source}: say where it is with --data.")
            await asyncio.to_thread(sqlite.copy_database, source, dump)
            files = sqlite.stored_files_in(dump)
            revision, organizations = sqlite.revision_of(dump), sqlite.organizations_in(dump)
        else:
            async with postgres.one_moment(url) as moment:
                await moment.dump(dump)
                files, revision = await moment.stored_files(), await moment.revision()
                organizations = await moment.organizations()
        kind: DatabaseKind = "sqlite" if url.startswith("sqlite") else "postgresql"
        manifest = Manifest(FORMAT, __version__, revision, kind, made_at, organizations, len(files))
        missing = await asyncio.to_thread(_write, target, manifest, dump, open_storage(settings), files)
    return manifest, missing


def database_path(settings: Settings) -> Path:
    """Where the file of a SQLite database lies."""
    return Path(make_url(settings.resolved_database_url).database or "")


def _write(target: Path, manifest: Manifest, dump: Path, storage: FileStorage, files: Iterable[FileKey]) -> int:
    """Write the archive; returns how many files were not there."""
    with writing(target, manifest) as archive:
        with dump.open("rb") as content:
            archive.add(DATABASE, content, dump.stat().st_size)
        dump.unlink()
        return sum(not _add_file(archive, storage, key) for key in files)


def _add_file(archive: ArchiveWriter, storage: FileStorage, key: FileKey) -> bool:
    """Add a file and its smaller pictures, each at most as long as an upload may be; whether it was there."""
    found = False
    for variant in VARIANTS:
        try:
            content = b"".join(storage.read(key, variant))
        except FileNotStored:
            continue
        found = found or variant == "original"
        archive.add_bytes(f"{FILES}{key.organization_id}/{key.file_id}/{variant}", content)
    return found
