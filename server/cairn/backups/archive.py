"""The file of a backup: a tar in a zstd stream with checksums. First a manifest, then the
database, then the files, and an empty member that says that this was all."""

import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

import msgspec
import zstandard

from cairn.backups.errors import BackupRefused

FORMAT = 1
MANIFEST, DATABASE, FILES, END = "manifest.json", "database", "files/", "end"
LARGEST_MANIFEST_BYTES = 1024 * 1024
LEVEL = 3
DatabaseKind = Literal["sqlite", "postgresql"]


class Manifest(msgspec.Struct, frozen=True):
    """What is in a backup; `revision` is that of the database's tables, `files` counts what follows it."""

    format: int
    version: str
    revision: str
    database: DatabaseKind
    made_at: datetime
    organizations: int
    files: int


class ArchiveWriter:
    """Adds members in the order in which they have to come."""

    def __init__(self, tar: tarfile.TarFile, made_at: datetime) -> None:
        self._tar = tar
        self._made_at = made_at

    def add(self, name: str, content: IO[bytes], size_bytes: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size_bytes, int(self._made_at.timestamp()), 0o600
        self._tar.addfile(member, content)

    def add_bytes(self, name: str, content: bytes) -> None:
        self.add(name, io.BytesIO(content), len(content))


@contextmanager
def writing(target: Path, manifest: Manifest) -> Iterator[ArchiveWriter]:
    """The archive appears under its name when it is whole and on the disk; otherwise there is none."""
    partial = target.with_name(f"{target.name}.partial")
    try:
        with partial.open("xb") as raw:
            os.fchmod(raw.fileno(), 0o600)
            packer = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
            with (
                packer.stream_writer(raw, closefd=False) as packed,
                tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                writer = ArchiveWriter(tar, manifest.made_at)
                writer.add_bytes(MANIFEST, msgspec.json.encode(manifest))
                yield writer
                writer.add_bytes(END, b"")
            raw.flush()
            os.fsync(raw.fileno())
        partial.rename(target)
    except FileExistsError:
        raise BackupRefused(f"{partial} is there already: another backup is running, or one was cut off.") from None
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


class ArchiveReader:
    """Members in their order; a file that was cut off or damaged is refused when that is met."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        member, content = next(self.members(), (None, None))
        if member != MANIFEST or content is None:
            raise BackupRefused("This is no backup of Cairn's: it does not begin with a manifest.")
        self.manifest = _read_manifest(content.read(LARGEST_MANIFEST_BYTES))

    def members(self) -> Iterator[tuple[str, IO[bytes]]]:
        """The members that were not read yet."""
        while (member := self._tar.next()) is not None:
            content = self._tar.extractfile(member)
            if content is None:
                raise BackupRefused(f"This backup holds something that is no file: {member.name!r}.")
            yield member.name, content


@contextmanager
def reading(source: Path) -> Iterator[ArchiveReader]:
    """Open a backup; raises BackupRefused when it is none, or is damaged."""
    try:
        with (
            source.open("rb") as raw,
            zstandard.ZstdDecompressor().stream_reader(raw, closefd=False) as packed,
            tarfile.open(fileobj=packed, mode="r|") as tar,
        ):
            yield ArchiveReader(tar)
    except OSError as error:
        raise BackupRefused(f"{source} cannot be read: {error}.") from None
    except (tarfile.TarError, zstandard.ZstdError, EOFError) as error:
        raise BackupRefused(f"{source} is no backup, or is damaged: {error}.") from None


def _read_manifest(content: bytes) -> Manifest:
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupRefused(f"The backup's manifest cannot be read: {error}.") from None
    if manifest.format != FORMAT:
        raise BackupRefused(f"This backup has format {manifest.format}; this version of Cairn reads format {FORMAT}.")
    return manifest
