"""Files in an S3-compatible object store; needs the optional dependency `cairn[s3]`.

An upload is one object per piece, named by its offset: any server process can take the next piece.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import obstore
from obstore.exceptions import AlreadyExistsError

from cairn.modules.files.errors import ChecksumMismatch, FileNotStored, UploadBusy, UploadOffsetMismatch
from cairn.modules.files.storage import BLOCK_BYTES, FileKey, StoredFile, Variant

if TYPE_CHECKING:
    from obstore.store import ObjectStore


class ObjectStorage:
    """The same port as DiskStorage on any store of obstore (S3, MinIO, Ceph; memory in tests)."""

    def __init__(self, store: "ObjectStore") -> None:
        self._store = store

    def uploaded_bytes(self, key: FileKey) -> int:
        return sum(piece["size"] for piece in self._pieces(key))

    def append(self, key: FileKey, offset: int, content: bytes) -> int:
        length = self.uploaded_bytes(key)
        if offset != length:
            raise UploadOffsetMismatch(offset=length)
        if content:
            try:
                # Only the first of two requests at the same offset can create the piece.
                obstore.put(self._store, f"{_upload(key)}/{offset:012d}", content, mode="create")
            except AlreadyExistsError:
                raise UploadBusy from None
        return length + len(content)

    def finish(self, key: FileKey, sha256: str | None) -> StoredFile:
        pieces = self._pieces(key)
        if not pieces:
            return self._finished_before(key, sha256)
        stored = _described(self._content_of(pieces))
        if sha256 is not None and stored.sha256 != sha256.lower():
            self.abandon(key)
            raise ChecksumMismatch
        # Closed only at the end: a writer that fails half-way leaves no object behind.
        writer = obstore.open_writer(self._store, _file(key, "original"))
        for block in self._content_of(pieces):
            writer.write(block)
        writer.close()
        self.abandon(key)
        return stored

    def abandon(self, key: FileKey) -> None:
        self._delete_all(_upload(key))

    def expire_uploads(self, before: datetime) -> int:
        newest: dict[str, datetime] = {}
        for piece in self._listed("uploads"):
            upload = piece["path"].rsplit("/", 1)[0]
            newest[upload] = max(piece["last_modified"], newest.get(upload, piece["last_modified"]))
        stale = [upload for upload, modified in newest.items() if modified < before]
        for upload in stale:
            self._delete_all(upload)
        return len(stale)

    def put(self, key: FileKey, variant: Variant, content: bytes) -> None:
        obstore.put(self._store, _file(key, variant), content)

    def size(self, key: FileKey, variant: Variant = "original") -> int | None:
        try:
            return obstore.head(self._store, _file(key, variant))["size"]
        except FileNotFoundError:
            return None

    def read(
        self, key: FileKey, variant: Variant = "original", start: int = 0, end: int | None = None
    ) -> Iterator[bytes]:
        size = self.size(key, variant)
        if size is None:
            raise FileNotStored
        return self._ranges(_file(key, variant), start, size if end is None else min(end, size))

    def delete(self, key: FileKey) -> None:
        self.abandon(key)
        self._delete_all(f"stored/{key.path}")

    def _pieces(self, key: FileKey) -> list[Any]:
        return sorted(self._listed(_upload(key)), key=lambda piece: str(piece["path"]))

    def _listed(self, prefix: str) -> Iterator[Any]:
        for batch in obstore.list(self._store, prefix):
            yield from batch

    def _content_of(self, pieces: list[Any]) -> Iterator[bytes]:
        for piece in pieces:
            yield from self._ranges(piece["path"], 0, piece["size"])

    def _ranges(self, path: str, start: int, end: int) -> Iterator[bytes]:
        for at in range(start, end, BLOCK_BYTES):
            yield bytes(obstore.get_range(self._store, path, start=at, end=min(at + BLOCK_BYTES, end)))

    def _delete_all(self, prefix: str) -> None:
        paths = [found["path"] for found in self._listed(prefix)]
        if paths:
            obstore.delete(self._store, paths)

    def _finished_before(self, key: FileKey, sha256: str | None) -> StoredFile:
        stored = _described(self.read(key))
        if sha256 is not None and stored.sha256 != sha256.lower():
            raise ChecksumMismatch
        return stored


def _described(blocks: Iterator[bytes]) -> StoredFile:
    digest = hashlib.sha256()
    size = 0
    for block in blocks:
        digest.update(block)
        size += len(block)
    return StoredFile(size_bytes=size, sha256=digest.hexdigest())


def _file(key: FileKey, variant: Variant) -> str:
    return f"stored/{key.path}/{variant}"


def _upload(key: FileKey) -> str:
    return f"uploads/{key.path}"
