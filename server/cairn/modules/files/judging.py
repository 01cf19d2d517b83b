"""What a worker does with a file whose bytes are all here: scan it, read it, make its pictures, store or refuse it."""

import asyncio
from uuid import UUID

from sqlalchemy import select

from cairn.kernel.context import Actor
from cairn.kernel.database import Database
from cairn.kernel.dispatch import Dispatcher
from cairn.kernel.errors import DomainError
from cairn.modules.files.commands import FinishFile
from cairn.modules.files.errors import FileNotChecked
from cairn.modules.files.images import ImageLimits, ProcessedImage, process_image
from cairn.modules.files.models import File
from cairn.modules.files.scanning import Scanner
from cairn.modules.files.storage import FileKey, FileStorage
from cairn.modules.identity.models import Organization
from cairn.modules.identity.roles import INTERNAL

AT_ONCE = 2
"""A picture of 64 million pixels takes 200 MB while it is unpacked."""


def file_keeper(organization_id: UUID) -> Actor:
    """The server itself, where it acts for nobody."""
    return Actor(UUID(int=0), organization_id, (), frozenset({INTERNAL}), frozenset())


class Judge:
    """Decides about arrived files, off the request path."""

    def __init__(
        self, database: Database, storage: FileStorage, dispatcher: Dispatcher, scanner: Scanner, limit_bytes: int
    ) -> None:
        self._database = database
        self._storage = storage
        self._dispatcher = dispatcher
        self._scanner = scanner
        self._limits = ImageLimits(size_bytes=limit_bytes)
        self._places = asyncio.Semaphore(AT_ONCE)

    async def judge(self, organization_id: UUID, file_id: UUID) -> None:
        """Store or refuse it; raises what may pass by itself, a scanner that is away above all."""
        arrived = await self._arrived(organization_id, file_id)
        if arrived is None:
            return
        sha256, time_zone = arrived
        key = FileKey(organization_id=organization_id, file_id=file_id)
        async with self._places:
            try:
                content = await asyncio.to_thread(lambda: b"".join(self._storage.read(key)))
                await self._scanner.scan(content)
                image = await asyncio.to_thread(self._process, key, content)
            except DomainError as error:
                return await self._refuse(key, sha256, error.code)
        await self._finish(key, _described(file_id, sha256, image, time_zone))

    async def give_up(self, organization_id: UUID, file_id: UUID) -> None:
        """No attempt came to a verdict: its sender is told, and may send it again."""
        arrived = await self._arrived(organization_id, file_id)
        if arrived is not None:
            key = FileKey(organization_id=organization_id, file_id=file_id)
            await self._refuse(key, arrived[0], FileNotChecked.code)

    async def _arrived(self, organization_id: UUID, file_id: UUID) -> tuple[str, str] | None:
        """SHA-256 and the organization's time zone of a file that waits for its verdict."""
        statement = (
            select(File.sha256, Organization.time_zone)
            .join(Organization, Organization.organization_id == File.organization_id)
            .where(
                File.organization_id == organization_id,
                File.id == file_id,
                File.state == "awaiting",
                File.received_bytes == File.bytes,
            )
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).first()
        return (row.sha256, row.time_zone) if row is not None else None

    def _process(self, key: FileKey, content: bytes) -> ProcessedImage:
        image = process_image(content, self._limits)
        self._storage.put(key, "screen", image.screen)
        self._storage.put(key, "thumb", image.thumb)
        return image

    async def _refuse(self, key: FileKey, sha256: str, code: str) -> None:
        await self._finish(key, FinishFile(id=key.file_id, sha256=sha256, code=code))
        await asyncio.to_thread(self._storage.delete, key)

    async def _finish(self, key: FileKey, command: FinishFile) -> None:
        await self._dispatcher.run(file_keeper(key.organization_id), command, "job")


def _described(file_id: UUID, sha256: str, image: ProcessedImage, time_zone: str) -> FinishFile:
    origin = image.origin
    taken_position = None if origin.lat is None or origin.lon is None else {"lat": origin.lat, "lon": origin.lon}
    return FinishFile(
        id=file_id,
        sha256=sha256,
        filetype=image.filetype,
        width=image.width,
        height=image.height,
        taken_at=origin.taken_at(time_zone),
        taken_position=taken_position,
    )
