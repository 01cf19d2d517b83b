"""Forgotten passwords: a link by mail, usable once.

The request does the same for every address, known or not, and leaves the rest to a worker.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.database import Database
from cairn.kernel.deliveries import deliver
from cairn.kernel.errors import DomainError, TooManyRequests
from cairn.kernel.ids import NewId
from cairn.kernel.settings import Settings
from cairn.kernel.writer import NO_ORGANIZATION, Transactional, Writer
from cairn.modules.identity.attempts import Attempts, subjects
from cairn.modules.identity.models import Credential, Organization, PasswordReset, User
from cairn.modules.identity.passwords import LONGEST_PASSWORD, hash_password
from cairn.modules.identity.sessions import Sessions, set_password
from cairn.modules.identity.tokens import digest
from cairnsync.clock import Clock

RESET_VALID_FOR = timedelta(hours=1)
SHORTEST_PASSWORD = 10


class ResetInvalid(DomainError):
    """The link of the reset mail was used, has run out, or never was."""

    code = "reset_invalid"
    http_status = 400


class PasswordTooShort(DomainError):
    """A password needs a minimum of characters."""

    code = "password_too_short"
    http_status = 422


class Resets:
    """Asking for a reset link, sending it, and using it."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        sessions: Sessions,
        clock: Clock,
        new_id: NewId,
        settings: Settings,
    ) -> None:
        self._database = database
        self._writer = writer
        self._sessions = sessions
        self._clock = clock
        self._new_id = new_id
        self._settings = settings
        self._attempts = Attempts(clock, new_id, settings.sign_in_window_s)

    async def ask(self, email: str, *, network: str) -> None:
        """Have a link sent if somebody signs in with this address; nobody learns whether. Raises TooManyRequests."""
        email = email.strip().lower()
        counted = subjects("reset ", email, network, self._settings.reset_mails)
        async with self._database.reading_session() as session:
            await self._attempts.refuse_too_many(session, counted)

        async def store(session: AsyncSession) -> int | None:
            wait_s = await self._attempts.wait_s(session, counted)
            if wait_s is None:
                await self._attempts.note(session, counted)
                deliver(session, NO_ORGANIZATION, self._new_id(), "reset", {"email": email}, self._clock.now())
            return wait_s

        wait_s = await self._writer.submit(Transactional(NO_ORGANIZATION, store))
        if wait_s is not None:
            raise TooManyRequests(retry_after_s=wait_s)

    async def send(self, email: str) -> None:
        """What the worker does of it: make the link and the mail, where somebody signs in with the address."""
        statement = (
            select(Credential.organization_id, Credential.user_id, User.name, Organization.locale)
            .join(User, (User.organization_id == Credential.organization_id) & (User.id == Credential.user_id))
            .join(Organization, Organization.organization_id == Credential.organization_id)
            .where(Credential.email == email, User.active.is_(True))
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).first()
        if row is None:
            return
        token, now = secrets.token_urlsafe(32), self._clock.now()
        values = {
            "token_hash": digest(token),
            "organization_id": row.organization_id,
            "user_id": row.user_id,
            "expires_at": now + RESET_VALID_FOR,
        }
        mail = {
            "to": email,
            "template": "password_reset",
            "locale": row.locale,
            "name": row.name,
            "link": f"{self._settings.public_url}/reset/{token}",
        }

        async def store(session: AsyncSession) -> None:
            await session.execute(insert(PasswordReset), [values])
            deliver(session, row.organization_id, self._new_id(), "mail", mail, now)

        await self._writer.submit(Transactional(row.organization_id, store))

    async def use(self, token: str, password: str) -> None:
        """Set a new password by a reset link and end every session; raises ResetInvalid, PasswordTooShort."""
        if len(password) < SHORTEST_PASSWORD:
            raise PasswordTooShort(minimum=SHORTEST_PASSWORD)
        hashed = await hash_password(password[:LONGEST_PASSWORD])
        now = self._clock.now()

        async def store(session: AsyncSession) -> UUID | None:
            found = await session.get(PasswordReset, digest(token), with_for_update=True)
            if found is None or found.used_at is not None or found.expires_at <= now:
                return None
            found.used_at = now
            await set_password(session, found.organization_id, found.user_id, hashed)
            return found.organization_id

        organization_id = await self._writer.submit(Transactional(NO_ORGANIZATION, store))
        if organization_id is None:
            raise ResetInvalid()
        self._sessions.forget_cached(organization_id)
