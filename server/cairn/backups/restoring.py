"""`cairn restore`: a backup becomes the database, in a new epoch, so that phones send again what it lacks."""

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from cairn import modules
from cairn.backups import postgres, sqlite
from cairn.backups.archive import DATABASE, END, FILES, ArchiveReader, Manifest, reading
from cairn.backups.errors import BackupRefused
from cairn.backups.making import VARIANTS, database_path
from cairn.kernel.settings import Settings, load_settings
from cairn.migrations import newest
from cairn.modules.files.storage import FileKey, FileStorage, Variant
from cairn.services import open_storage


def run_restore(source: Path, *, replace: bool) -> None:
    """Restore a backup, whole or not at all; raises BackupRefused."""
    settings = load_settings()
    modules.load()
    with reading(source) as archive:
        manifest = archive.manifest
        _require_fitting(manifest, settings)
        if settings.resolved_database_url.startswith("sqlite"):
            files, aside = _restore_sqlite(archive, settings, replace=replace)
        else:
            files, aside = _restore_postgres(archive, settings, replace=replace), None
    print(
        f"Restored {manifest.organizations} organizations and {files} files as of {manifest.made_at:%Y-%m-%d %H:%M:%S} "
        "UTC, in a new epoch: phones send again what they recorded since."
    )
    if aside is not None:
        print(f"The database that was there is kept as {aside}.")


def _require_fitting(manifest: Manifest, settings: Settings) -> None:
    kind = "sqlite" if settings.resolved_database_url.startswith("sqlite") else "postgresql"
    if manifest.database != kind:
        raise BackupRefused(f"This is a backup of a {manifest.database} database, and the settings name a {kind} one.")
    if manifest.revision > newest():
        raise BackupRefused(
            f"This backup was made by Cairn {manifest.version}, which is newer than this one: update it first."
        )


def _restore_sqlite(archive: ArchiveReader, settings: Settings, *, replace: bool) -> tuple[int, Path | None]:
    target = database_path(settings)
    if target.exists() and not replace:
        raise BackupRefused(f"There is a database {target} already: say --replace to put the backup in its place.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with sqlite.prepared(_database_in(archive), target.parent) as database:
        files = _restore_files(archive, open_storage(settings))
        return files, sqlite.put_in_place(database, target, datetime.now(UTC))


def _restore_postgres(archive: ArchiveReader, settings: Settings, *, replace: bool) -> int:
    """The files come after the database in the archive: one that is cut off there is found before it is loaded."""
    url = settings.resolved_database_url
    if not replace and not asyncio.run(postgres.is_empty(url)):
        raise BackupRefused("The database is not empty: say --replace to put the backup in its place.")
    with tempfile.TemporaryFile() as dump:
        shutil.copyfileobj(_database_in(archive), dump)
        dump.seek(0)
        files = _restore_files(archive, open_storage(settings))
        postgres.load(url, dump, replace=replace)
        return files


def _database_in(archive: ArchiveReader) -> IO[bytes]:
    name, content = next(archive.members(), (None, None))
    if name != DATABASE or content is None:
        raise BackupRefused("This backup holds no database.")
    return content


def _restore_files(archive: ArchiveReader, storage: FileStorage) -> int:
    """Put every file into the storage; one that is there already stays, for a file never changes under its id."""
    originals = 0
    for name, content in archive.members():
        if name == END:
            return originals
        key, variant = _file_named(name)
        originals += variant == "original"
        data = content.read()
        if storage.size(key, variant) != len(data):
            storage.put(key, variant, data)
    raise BackupRefused("This backup was cut off: its end is missing.")


def _file_named(name: str) -> tuple[FileKey, Variant]:
    """A path is made of two ids and a variant, or it is not taken."""
    try:
        organization_id, file_id, variant = name.removeprefix(FILES).split("/")
        return FileKey(UUID(organization_id), UUID(file_id)), VARIANTS[VARIANTS.index(variant)]
    except ValueError:
        raise BackupRefused(f"This backup holds something that is no file of Cairn's: {name!r}.") from None
