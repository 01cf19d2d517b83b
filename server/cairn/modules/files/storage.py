"""Where the bytes of files lie: uploads that grow piece by piece, then originals and their variants.

Everything here blocks: call it in a thread. A path is made of two UUIDs and a variant, of nothing that a
person typed.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal, Protocol
from uuid import UUID

from msgspec import Struct

from cairn.modules.files.errors import ChecksumMismatch, FileNotStored, UploadBusy, UploadOffsetMismatch

Variant = Literal["original", "screen", "thumb"]

BLOCK_BYTES = 256 * 1024


class FileKey(Struct, frozen=True):
    organization_id: UUID
    file_id: UUID

    @property
    def path(self) -> str:
        """Spread by the last byte of the id: the first ones of a UUIDv7 are the time and hardly differ."""
        return f"{self.organization_id}/{self.file_id.hex[-2:]}/{self.file_id}"


class StoredFile(Struct, frozen=True):
    size_bytes: int
    sha256: str


class StoredKey(Struct, frozen=True):
    """A file that lies there, and when it or a picture of it was last written."""

    key: FileKey
    modified_at: datetime


def key_of(path: str) -> FileKey | None:
    """The key whose path this is; None for what somebody else has put there."""
    try:
        organization, _, file = path.split("/")
        key = FileKey(UUID(organization), UUID(file))
    except ValueError:
        return None
    return key if key.path == path else None


class FileStorage(Protocol):
    """What every kind of storage can do; each step may be repeated after a lost answer."""

    def uploaded_bytes(self, key: FileKey) -> int:
        """Where the upload stands; 0 before the first byte."""

    def append(self, key: FileKey, offset: int, content: bytes) -> int:
        """Add bytes durably and return the new length; raises UploadOffsetMismatch, UploadBusy."""

    def finish(self, key: FileKey, sha256: str | None) -> StoredFile:
        """Make the upload the original; raises FileNotStored, ChecksumMismatch (the upload is then gone)."""

    def abandon(self, key: FileKey) -> None:
        """Throw an unfinished upload away."""

    def expire_uploads(self, before: datetime, limit: int) -> int:
        """Throw away uploads that were last added to before then, at most so many; returns how many."""

    def stored(self, after: FileKey | None, limit: int) -> list[StoredKey]:
        """The next files in the order of their paths, for who looks through them all."""

    def put(self, key: FileKey, variant: Variant, content: bytes) -> None:
        """Store whole content at once, all or nothing."""

    def size(self, key: FileKey, variant: Variant = "original") -> int | None:
        """Bytes stored, or null."""

    def read(self, key: FileKey, variant: Variant = "original") -> Iterator[bytes]:
        """The bytes in blocks; raises FileNotStored at once."""

    def delete(self, key: FileKey) -> None:
        """Remove the original, its variants and any upload; nothing there is no error."""


class DiskStorage:
    """Files in a folder; what has been confirmed survives a power cut."""

    def __init__(self, root: Path) -> None:
        self._files = root / "stored"
        self._uploads = root / "uploads"

    def uploaded_bytes(self, key: FileKey) -> int:
        try:
            return self._upload(key).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, key: FileKey, offset: int, content: bytes) -> int:
        with self._locked_upload(key) as upload:
            length = upload.seek(0, os.SEEK_END)
            if offset != length:
                if length == 0:
                    self.abandon(key)  # opening it has made it
                raise UploadOffsetMismatch(offset=length)
            upload.write(content)
            upload.flush()
            os.fsync(upload.fileno())
            return length + len(content)

    def finish(self, key: FileKey, sha256: str | None) -> StoredFile:
        original = self._file(key, "original")
        if not self._upload(key).exists():
            return self._finished_before(original, sha256)
        with self._locked_upload(key) as upload:
            upload.seek(0)
            stored = _described(upload)
            if sha256 is not None and stored.sha256 != sha256.lower():
                self._upload(key).unlink()
                raise ChecksumMismatch
            _make_folder(original.parent)
            self._upload(key).replace(original)
            _sync_folder(original.parent)
        return stored

    def abandon(self, key: FileKey) -> None:
        self._upload(key).unlink(missing_ok=True)

    def expire_uploads(self, before: datetime, limit: int) -> int:
        old = (path for path in self._uploads.glob("*/*/*.part") if path.stat().st_mtime < before.timestamp())
        stale = list(islice(old, limit))
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def stored(self, after: FileKey | None, limit: int) -> list[StoredKey]:
        found: list[StoredKey] = []
        begin = ("", "") if after is None else (str(after.organization_id), after.path)
        for organization in sorted(each for each in _listed(self._files) if each.name >= begin[0]):
            for folder in (file for spread in _listed(organization) for file in _listed(spread)):
                key = key_of(folder.relative_to(self._files).as_posix())
                if key is None or key.path <= begin[1]:
                    continue
                modified = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
                found.append(StoredKey(key=key, modified_at=modified))
                if len(found) == limit:
                    return found
        return found

    def put(self, key: FileKey, variant: Variant, content: bytes) -> None:
        target = self._file(key, variant)
        _make_folder(target.parent)
        unfinished = target.with_suffix(".part")
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
        _sync_folder(target.parent)

    def size(self, key: FileKey, variant: Variant = "original") -> int | None:
        try:
            return self._file(key, variant).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, key: FileKey, variant: Variant = "original") -> Iterator[bytes]:
        try:
            file = self._file(key, variant).open("rb")
        except FileNotFoundError:
            raise FileNotStored from None
        return _blocks(file)

    def delete(self, key: FileKey) -> None:
        self.abandon(key)
        shutil.rmtree(self._files / key.path, ignore_errors=True)

    def _file(self, key: FileKey, variant: Variant) -> Path:
        return self._files / key.path / variant

    def _upload(self, key: FileKey) -> Path:
        return self._uploads / f"{key.path}.part"

    @contextmanager
    def _locked_upload(self, key: FileKey) -> Iterator[BinaryIO]:
        """Two connections of one phone must not write into each other; the lock goes with the process."""
        path = self._upload(key)
        _make_folder(path.parent)
        with path.open("a+b") as upload:
            try:
                fcntl.flock(upload, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UploadBusy from None
            yield upload

    def _finished_before(self, original: Path, sha256: str | None) -> StoredFile:
        """The answer to the first finish was lost, and it comes again."""
        try:
            with original.open("rb") as file:
                stored = _described(file)
        except FileNotFoundError:
            raise FileNotStored from None
        if sha256 is not None and stored.sha256 != sha256.lower():
            raise ChecksumMismatch
        return stored


def _described(file: BinaryIO) -> StoredFile:
    digest = hashlib.sha256()
    size = 0
    while block := file.read(BLOCK_BYTES):
        digest.update(block)
        size += len(block)
    return StoredFile(size_bytes=size, sha256=digest.hexdigest())


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(BLOCK_BYTES):
            yield block


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _make_folder(folder: Path) -> None:
    """A new folder is durable only once its parent has been synced."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
