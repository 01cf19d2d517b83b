"""Signing in and out, and who a token belongs to."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.context import Actor
from cairn.kernel.database import Database
from cairn.kernel.errors import DomainError
from cairn.kernel.gates import Gate
from cairn.kernel.ids import NewId
from cairn.kernel.plain import identifier, json_value, moment
from cairn.kernel.settings import Settings
from cairn.kernel.writer import NO_ORGANIZATION, Transactional, Writer
from cairn.modules.identity.attempts import Attempts, Subject, subjects
from cairn.modules.identity.models import Credential, SignInSession, User
from cairn.modules.identity.passwords import LONGEST_PASSWORD, verify_password
from cairn.modules.identity.roles import permissions_of
from cairn.modules.identity.tokens import digest
from cairnsync.clock import Clock

CACHE_FOR_S = 5.0
"""How long another server process may go on trusting a session that was ended here, or rights, if no poke comes."""
LARGEST_CACHE = 50_000
MOST_HASHING, MOST_WAITING = 2, 200
"""Checking a password takes 64 MB and some 50 ms, on purpose."""


_SIGNED_IN = """
SELECT s.id, s.organization_id, s.user_id, s.expires_at, u.name, u.roles, s.device_id,
d.wipe_asked_at IS NOT NULL, m.principal
FROM sign_in_session s
JOIN user_account u ON u.organization_id = s.organization_id AND u.id = s.user_id
LEFT JOIN device d ON d.organization_id = s.organization_id AND d.id = s.device_id
LEFT JOIN membership m
ON m.organization_id = s.organization_id AND m.user_id = s.user_id AND m.until_seq IS NULL
WHERE s.token_hash = ?1 AND u.active
"""


class BadCredentials(DomainError):
    """No such address, or not its password: which of the two is nobody's business."""

    code = "bad_credentials"
    http_status = 401


class SessionEnded(DomainError):
    """The token is unknown, has run out, or its owner is no longer active."""

    code = "session_ended"
    http_status = 401


@dataclass(frozen=True)
class SignedIn:
    """A session's person, as requests need them."""

    actor: Actor
    session_id: UUID
    name: str
    expires_at: datetime
    device_id: UUID | None
    """The device that last said hello with this session."""
    is_being_erased: bool
    """Whether that device was told to erase itself: it may send what it holds, and read nothing."""


class Profile(msgspec.Struct):
    """Who is signed in, for the client."""

    id: UUID
    name: str
    roles: list[str]
    organization: UUID


@dataclass
class _Cached:
    signed_in: SignedIn
    checked_at: datetime
    knows: int
    """The last of the changes of rights that it was surely looked up after."""


class Sessions:
    """Sign-in, sign-out, and the lookup that every request makes."""

    def __init__(self, database: Database, writer: Writer, clock: Clock, new_id: NewId, settings: Settings) -> None:
        self._database = database
        self._writer = writer
        self._clock = clock
        self._new_id = new_id
        self._settings = settings
        self._attempts = Attempts(clock, new_id, settings.sign_in_window_s)
        self._hashing = Gate(MOST_HASHING, MOST_WAITING, retry_after_s=10)
        self._cache: dict[bytes, _Cached] = {}
        self._changes = 0
        self._changed: dict[UUID | None, int] = {}
        """The number of the last change of rights, by organization; None stands for all of them."""

    async def sign_in(self, email: str, password: str, *, network: str, client: str) -> tuple[str, Profile]:
        """A new token; raises BadCredentials, TooManyRequests."""
        email = email.strip().lower()
        counted = subjects("", email, network, self._settings.sign_in_attempts)
        async with self._database.reading_session() as session:
            await self._attempts.refuse_too_many(session, counted)
            row = (
                await session.execute(
                    select(Credential.password_hash, User.organization_id, User.id, User.name, User.roles)
                    .join(User, (User.organization_id == Credential.organization_id) & (User.id == Credential.user_id))
                    .where(Credential.email == email, User.active.is_(True))
                )
            ).first()
        known_hash = row.password_hash if row else None
        async with self._hashing.entered():
            matches = await verify_password(password[:LONGEST_PASSWORD], known_hash)
        if not matches or row is None:
            await self._note_failure(counted)
            raise BadCredentials()
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        values = {
            "token_hash": digest(token),
            "id": self._new_id(),
            "organization_id": row.organization_id,
            "user_id": row.id,
            "created_at": now,
            "expires_at": now + timedelta(days=self._settings.session_days),
            "client": client[:200],
        }

        async def store(session: AsyncSession) -> None:
            await session.execute(insert(SignInSession), [values])

        await self._writer.submit(Transactional(row.organization_id, store))
        return token, Profile(row.id, row.name, list(row.roles), row.organization_id)

    async def find(self, token: str) -> SignedIn:
        """The person behind a token; raises SessionEnded."""
        key, now = digest(token), self._clock.now()
        cached = self._cache.get(key)
        if cached is not None and self._holds(cached, now):
            return cached.signed_in
        knows = self._changes
        signed_in = await self._load(key, now)
        if len(self._cache) >= LARGEST_CACHE:
            self._cache.pop(next(iter(self._cache)))
        self._cache[key] = _Cached(signed_in, now, knows)
        return signed_in

    def _holds(self, cached: _Cached, now: datetime) -> bool:
        organization_id = cached.signed_in.actor.organization_id
        last_change = max(self._changed.get(organization_id, 0), self._changed.get(None, 0))
        return last_change <= cached.knows and abs((now - cached.checked_at).total_seconds()) < CACHE_FOR_S

    async def _load(self, key: bytes, now: datetime) -> SignedIn:
        async with self._database.snapshots.open() as snapshot:
            rows = await snapshot.fetch(_SIGNED_IN, key)
        if not rows or moment(rows[0][3]) <= now:
            self._cache.pop(key, None)
            raise SessionEnded()
        session_id, organization_id, user_id, expires_at, name, roles, device_id, is_being_erased, _ = rows[0]
        held_roles = tuple(json_value(roles))
        actor = Actor(
            user_id=identifier(user_id),
            organization_id=identifier(organization_id),
            roles=held_roles,
            permissions=permissions_of(held_roles),
            principals=frozenset(row[8] for row in rows if row[8] is not None),
        )
        device = None if device_id is None else identifier(device_id)
        return SignedIn(actor, identifier(session_id), name, moment(expires_at), device, bool(is_being_erased))

    def forget_cached(self, organization_id: UUID | None) -> None:
        """After a change of people, rights or sessions (None: anywhere): look them up anew."""
        self._changes += 1
        if len(self._changed) >= LARGEST_CACHE:
            self._changed.clear()
            organization_id = None
        self._changed[organization_id] = self._changes

    async def end(self, organization_id: UUID, user_id: UUID, session_id: UUID) -> None:
        """Sign a browser or client out; unknown ones are signed out already."""

        async def remove(session: AsyncSession) -> None:
            await session.execute(
                delete(SignInSession).where(
                    SignInSession.organization_id == organization_id,
                    SignInSession.user_id == user_id,
                    SignInSession.id == session_id,
                )
            )

        await self._writer.submit(Transactional(organization_id, remove))
        self.forget_cached(organization_id)

    async def _note_failure(self, counted: list[Subject]) -> None:
        async def store(session: AsyncSession) -> None:
            await self._attempts.note(session, counted)

        await self._writer.submit(Transactional(NO_ORGANIZATION, store))


async def note_device(session: AsyncSession, person: SignedIn, device_id: UUID) -> None:
    """A device said hello with this session; while one is being erased, the session stays with that one."""
    if device_id == person.device_id or person.is_being_erased:
        return
    await session.execute(
        update(SignInSession)
        .where(
            SignInSession.organization_id == person.actor.organization_id,
            SignInSession.user_id == person.actor.user_id,
            SignInSession.id == person.session_id,
        )
        .values(device_id=device_id)
    )


async def set_password(session: AsyncSession, organization_id: UUID, user_id: UUID, password_hash: str) -> None:
    """Store a new password's hash and end every session of the person."""
    await session.execute(
        update(Credential)
        .where(Credential.organization_id == organization_id, Credential.user_id == user_id)
        .values(password_hash=password_hash)
    )
    await session.execute(
        delete(SignInSession).where(SignInSession.organization_id == organization_id, SignInSession.user_id == user_id)
    )
