"""Uploads and downloads: what the tus routes do, without the protocol's headers."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import or_, select

from cairn.kernel.context import Actor
from cairn.kernel.database import Database
from cairn.kernel.dispatch import Dispatcher
from cairn.kernel.errors import NotFound
from cairn.kernel.gates import Places
from cairn.kernel.visibility import is_visible
from cairn.modules.files.commands import AnnounceFile, ReceiveFile
from cairn.modules.files.errors import FileEmpty, FileNotStored, FileTooLarge
from cairn.modules.files.judging import file_keeper
from cairn.modules.files.models import File
from cairn.modules.files.storage import FileKey, FileStorage, Variant
from cairnsync.clock import Clock

UPLOAD_VALID_FOR = timedelta(days=7)
MOST_AT_ONCE, MOST_AT_ONCE_EACH = 64, 4
"""Pieces on their way into this process, of everybody and of one person."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Where an upload stands."""

    file_id: UUID
    offset: int
    length: int
    state: str
    code: str | None
    sha256: str | None

    received: bool
    """Every byte is here and agrees with the digest, whether a worker has looked at it yet or not."""


class FileState(Struct, frozen=True):
    """Whether the bytes are here and agree with their hash, or why they were refused."""

    state: str
    sha256: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a phone says about a file before it sends the bytes."""

    file_id: UUID
    filename: str
    filetype: str
    length: int
    sha256: str


class Uploads:
    """The files of all organizations, between the database and the storage."""

    def __init__(
        self, database: Database, storage: FileStorage, dispatcher: Dispatcher, clock: Clock, limit_bytes: int
    ) -> None:
        self._database = database
        self._storage = storage
        self._dispatcher = dispatcher
        self._clock = clock
        self.limit_bytes = limit_bytes
        self.places = Places(MOST_AT_ONCE, MOST_AT_ONCE_EACH, retry_after_s=5)

    async def begin(self, actor: Actor, announced: Announcement) -> Upload:
        """Announce an upload, or find where it stands; raises FileTooLarge, NotFound."""
        if announced.length > self.limit_bytes:
            raise FileTooLarge(bytes=announced.length, limit=self.limit_bytes)
        if announced.length == 0:
            raise FileEmpty()
        try:
            known = await self.find(actor, announced.file_id)
            same = (known.length, known.sha256) == (announced.length, announced.sha256)
            if known.state == "stored" or (same and known.received):
                return known
            if known.offset and not same:
                key = FileKey(organization_id=actor.organization_id, file_id=announced.file_id)
                await asyncio.to_thread(self._storage.abandon, key)  # the bytes were those of another picture
        except NotFound:
            await self._refuse_foreign(actor, announced.file_id)
        command = AnnounceFile(
            id=announced.file_id,
            filename=announced.filename,
            filetype=announced.filetype,
            bytes=announced.length,
            sha256=announced.sha256,
            uploader_id=actor.user_id,
            expires_at=self._clock.now() + UPLOAD_VALID_FOR,
        )
        await self._dispatcher.run(file_keeper(actor.organization_id), command, "upload")
        return await self.resume(actor, announced.file_id)

    async def _refuse_foreign(self, actor: Actor, file_id: UUID) -> None:
        statement = select(File.id).where(
            File.organization_id == actor.organization_id, File.id == file_id, File.uploader_id != actor.user_id
        )
        async with self._database.reading() as connection:
            if (await connection.execute(statement)).first() is not None:
                raise NotFound(kind="file", id=str(file_id))

    async def find(self, actor: Actor, file_id: UUID) -> Upload:
        """One's own upload; raises NotFound."""
        statement = select(File.bytes, File.received_bytes, File.state, File.code, File.sha256).where(
            File.organization_id == actor.organization_id,
            File.id == file_id,
            File.uploader_id == actor.user_id,
            File.deleted_at.is_(None),
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).first()
        if row is None:
            raise NotFound(kind="file", id=str(file_id))
        length = row.bytes or 0
        key = FileKey(organization_id=actor.organization_id, file_id=file_id)
        received = row.state == "stored" or (row.state == "awaiting" and 0 < length == row.received_bytes)
        offset = length if received else await asyncio.to_thread(self._storage.uploaded_bytes, key)
        return Upload(file_id, offset, length, row.state, row.code, row.sha256, received)

    async def resume(self, actor: Actor, file_id: UUID) -> Upload:
        """The same for who goes on with it: what a server that died left half done is done first."""
        upload = await self.find(actor, file_id)
        if upload.state == "awaiting" and not upload.received and 0 < upload.length == upload.offset:
            await self.receive(actor, upload)
        return upload

    async def append(self, actor: Actor, upload: Upload, offset: int, content: bytes) -> int:
        """Add bytes; raises UploadOffsetMismatch, UploadBusy, FileTooLarge."""
        if offset + len(content) > upload.length:
            raise FileTooLarge(bytes=offset + len(content), limit=upload.length)
        key = FileKey(organization_id=actor.organization_id, file_id=upload.file_id)
        return await asyncio.to_thread(self._storage.append, key, offset, content)

    async def receive(self, actor: Actor, upload: Upload) -> None:
        """All bytes are here: check their digest and leave the rest to a worker; raises ChecksumMismatch."""
        if upload.sha256 is None:
            raise FileNotStored()
        key = FileKey(organization_id=actor.organization_id, file_id=upload.file_id)
        await asyncio.to_thread(self._storage.finish, key, upload.sha256)
        command = ReceiveFile(id=upload.file_id, sha256=upload.sha256)
        await self._dispatcher.run(file_keeper(actor.organization_id), command, "upload")

    async def state(self, actor: Actor, held: dict[int, str], file_id: UUID) -> FileState:
        """What became of a file, for its uploader and for who may read it; raises NotFound."""
        statement = select(File.state, File.sha256, File.code).where(
            File.organization_id == actor.organization_id,
            File.id == file_id,
            or_(File.uploader_id == actor.user_id, is_visible(File, held)),
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).first()
        if row is None:
            raise NotFound(kind="file", id=str(file_id))
        return FileState(row.state, row.sha256, row.code)

    async def open(
        self, actor: Actor, held: dict[int, str], file_id: UUID, variant: Variant
    ) -> tuple[Iterator[bytes], int, str]:
        """Bytes, length and type of a stored file that the person may read; raises NotFound, FileNotStored."""
        statement = select(File.state, File.filetype, File.uploader_id).where(
            File.organization_id == actor.organization_id, File.id == file_id, is_visible(File, held)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).first()
        if row is None:
            raise NotFound(kind="file", id=str(file_id))
        if variant == "original" and row.uploader_id != actor.user_id:
            variant = "screen"  # the original says where and when it was taken; only its maker sees that
        key = FileKey(organization_id=actor.organization_id, file_id=file_id)
        size = await asyncio.to_thread(self._storage.size, key, variant) if row.state == "stored" else None
        if size is None:
            raise FileNotStored()
        filetype = "image/jpeg" if variant != "original" else row.filetype or "application/octet-stream"
        return self._storage.read(key, variant), size, filetype
