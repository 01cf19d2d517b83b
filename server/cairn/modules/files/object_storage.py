"""Files in an S3-compatible object store; needs the optional dependency `cairn[s3]`.

An upload is one object per piece, named by where it begins and ends: any server process can take the next piece. Two
requests that bring the same piece at once write the same object; pieces that overlap do no harm, and what the digest
does not confirm is thrown away. So nothing is asked of the store but that it reads what it wrote: conditional
writes are not kept by all of them.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import obstore
from msgspec import Struct

from cairn.modules.files.errors import ChecksumMismatch, FileNotStored, UploadOffsetMismatch
from cairn.modules.files.storage import BLOCK_BYTES, FileKey, StoredFile, StoredKey, Variant, key_of

if TYPE_CHECKING:
    from obstore.store import ObjectStore


class _Piece(Struct, frozen=True):
    path: str
    start: int
    end: int


class ObjectStorage:
    """The same port as DiskStorage on any store of obstore (S3, MinIO, Ceph; memory in tests)."""

    def __init__(self, store: "ObjectStore") -> None:
        self._store = store

    def uploaded_bytes(self, key: FileKey) -> int:
        pieces = self._pieces(key)
        return pieces[-1].end if pieces else 0

    def append(self, key: FileKey, offset: int, content: bytes) -> int:
        length = self.uploaded_bytes(key)
        if offset != length:
            raise UploadOffsetMismatch(offset=length)
        if content:
            obstore.put(self._store, f"{_upload(key)}/{offset:012d}-{offset + len(content):012d}", content)
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

    def expire_uploads(self, before: datetime, limit: int) -> int:
        newest: dict[str, datetime] = {}
        for piece in self._listed("uploads"):
            upload = piece["path"].rsplit("/", 1)[0]
            newest[upload] = max(piece["last_modified"], newest.get(upload, piece["last_modified"]))
        stale = [upload for upload, modified in newest.items() if modified < before][:limit]
        for upload in stale:
            self._delete_all(upload)
        return len(stale)

    def stored(self, after: FileKey | None, limit: int) -> list[StoredKey]:
        newest: dict[FileKey, datetime] = {}
        offset = None if after is None else f"{_folder(after)}0"  # sorts behind everything in that folder
        for batch in obstore.list(self._store, "stored", offset=offset):
            for found in sorted(batch, key=lambda found: str(found["path"])):
                key = key_of(found["path"].removeprefix("stored/").rpartition("/")[0])
                if key is None:
                    continue
                if key not in newest and len(newest) == limit:
                    return _dated(newest)
                newest[key] = max(found["last_modified"], newest.get(key, found["last_modified"]))
        return _dated(newest)

    def put(self, key: FileKey, variant: Variant, content: bytes) -> None:
        obstore.put(self._store, _file(key, variant), content)

    def size(self, key: FileKey, variant: Variant = "original") -> int | None:
        try:
            return obstore.head(self._store, _file(key, variant))["size"]
        except FileNotFoundError:
            return None

    def read(self, key: FileKey, variant: Variant = "original") -> Iterator[bytes]:
        try:
            found = obstore.get(self._store, _file(key, variant))
        except FileNotFoundError:
            raise FileNotStored from None
        return (bytes(block) for block in found.stream(min_chunk_size=BLOCK_BYTES))

    def delete(self, key: FileKey) -> None:
        self.abandon(key)
        self._delete_all(_folder(key))

    def _pieces(self, key: FileKey) -> list[_Piece]:
        """Those that follow one another from the beginning, the longest where several begin at the same place."""
        longest: dict[int, _Piece] = {}
        for found in self._listed(_upload(key)):
            start, _, end = found["path"].rpartition("/")[2].partition("-")
            piece = _Piece(path=found["path"], start=int(start), end=int(end))
            if piece.start not in longest or longest[piece.start].end < piece.end:
                longest[piece.start] = piece
        chain: list[_Piece] = []
        while (following := longest.get(chain[-1].end if chain else 0)) is not None:
            chain.append(following)
        return chain

    def _listed(self, prefix: str) -> Iterator[Any]:
        for batch in obstore.list(self._store, prefix):
            yield from batch

    def _content_of(self, pieces: list[_Piece]) -> Iterator[bytes]:
        for piece in pieces:
            yield bytes(obstore.get(self._store, piece.path).bytes())

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
    return f"{_folder(key)}/{variant}"


def _folder(key: FileKey) -> str:
    return f"stored/{key.path}"


def _dated(newest: dict[FileKey, datetime]) -> list[StoredKey]:
    return [StoredKey(key=key, modified_at=modified) for key, modified in newest.items()]


def _upload(key: FileKey) -> str:
    return f"uploads/{key.path}"
