"""What nobody needs any more goes: uploads never finished, files that no record names, ended sessions, mails and
removals of long ago.

Each kind has its limit for one run, so that tidying never holds up the work of the day.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cairn.jobs.actors import server_of
from cairn.jobs.compaction import compact
from cairn.kernel.deliveries import Delivery
from cairn.kernel.writer import NO_ORGANIZATION, Transactional
from cairn.modules.files.commands import ForgetFile
from cairn.modules.files.models import File
from cairn.modules.files.storage import FileKey, StoredKey
from cairn.modules.files.uploads import UPLOAD_VALID_FOR
from cairn.modules.identity.models import PasswordReset, SignInSession
from cairn.services import Services

logger = logging.getLogger(__name__)
MOST_UPLOADS = 500
MOST_FILES = 200
MOST_STRAYS = 1_000
MOST_ROWS = 10_000
UNNAMED_FOR = timedelta(days=120)
"""As long as a phone may be away with the record that names a file."""
SENT_FOR = timedelta(days=30)


async def tidy(services: Services) -> None:
    """One round of everything."""
    now = services.clock.now()
    await asyncio.to_thread(services.storage.expire_uploads, now - UPLOAD_VALID_FOR, MOST_UPLOADS)
    await forget_unnamed(services)
    await sweep_strays(services)
    await forget_ended(services)
    await compact(services)


async def forget_unnamed(services: Services) -> int:
    """Files that no record names: announced and never sent, or sent long ago; returns how many went."""
    now = services.clock.now()
    statement = (
        select(File.organization_id, File.id)
        .where(File.about.is_(None), File.deleted_at.is_(None))
        .where(
            or_(
                and_(File.state == "awaiting", File.received_bytes == 0, File.expires_at < now),
                and_(File.state == "refused", File.expires_at < now),
                and_(File.state == "stored", File.uploaded_at < now - UNNAMED_FOR),
            )
        )
        .limit(MOST_FILES)
    )
    async with services.database.reading() as connection:
        found = (await connection.execute(statement)).all()
    for organization_id, file_id in found:
        await services.dispatcher.run(server_of(organization_id), ForgetFile(id=file_id), "job")
        await asyncio.to_thread(services.storage.delete, FileKey(organization_id, file_id))
    return len(found)


async def sweep_strays(services: Services) -> int:
    """Bytes without a record, as a server leaves them that dies between the two; returns how many went."""
    page = await asyncio.to_thread(services.storage.stored, services.swept_until, MOST_STRAYS)
    services.swept_until = page[-1].key if len(page) == MOST_STRAYS else None
    old = [each for each in page if each.modified_at < services.clock.now() - UNNAMED_FOR]
    strays = await _unknown(services, old)
    for key in strays:
        await asyncio.to_thread(services.storage.delete, key)
    if strays:
        logger.warning("removed %d files that belonged to no record", len(strays))
    return len(strays)


async def _unknown(services: Services, stored: Sequence[StoredKey]) -> list[FileKey]:
    by_organization: dict[UUID, list[FileKey]] = {}
    for each in stored:
        by_organization.setdefault(each.key.organization_id, []).append(each.key)
    unknown: list[FileKey] = []
    async with services.database.reading() as connection:
        for organization_id, keys in by_organization.items():
            statement = select(File.id).where(
                File.organization_id == organization_id,
                File.id.in_([key.file_id for key in keys]),
                File.deleted_at.is_(None),
            )
            known = set(await connection.scalars(statement))
            unknown += [key for key in keys if key.file_id not in known]
    return unknown


async def forget_ended(services: Services) -> None:
    """Deliveries that went out long ago, since they hold addresses; sessions and reset links whose time is over."""
    now = services.clock.now()
    ended: dict[InstrumentedAttribute[Any], ColumnElement[bool]] = {
        Delivery.id: Delivery.sent_at < now - SENT_FOR,
        SignInSession.token_hash: SignInSession.expires_at <= now,
        PasswordReset.token_hash: PasswordReset.expires_at <= now,
    }

    async def forget(session: AsyncSession) -> None:
        for key, condition in ended.items():
            some = select(key).where(condition).limit(MOST_ROWS)
            statement = delete(key.class_).where(key.in_(some))
            await session.execute(statement.execution_options(synchronize_session=False))

    await services.writer.submit(Transactional(NO_ORGANIZATION, forget))
