"""Organizations, their people and teams, and what lets a person in."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel import access
from cairn.kernel.database import Base, json_column
from cairn.kernel.synced import Synced
from cairn.modules.identity.roles import DIRECTORY_ROLES, Role
from cairn.modules.identity.shapes import Basemap, WorkingHours


class Organization(Synced, Base):
    """One tenant; its id is the organization_id of everything inside it."""

    __tablename__ = "organization"
    kind = "organization"

    name: Mapped[str]
    time_zone: Mapped[str]
    locale: Mapped[str]
    working_hours: Mapped[dict[str, Any]] = json_column(WorkingHours)
    basemap: Mapped[dict[str, Any]] = json_column(Basemap)

    def buckets(self) -> set[str]:
        return {"org"}

    def grants(self) -> Mapping[str, Iterable[str]]:
        return {"org": {access.EVERYONE}, "directory": {access.role(role) for role in DIRECTORY_ROLES}}


class Team(Synced, Base):
    """A part of the organization's tree; its leads lead the work of everybody below."""

    __tablename__ = "team"
    kind = "team"
    collection = "teams"
    shapes_memberships = True

    name: Mapped[str]
    parent_id: Mapped[UUID | None]
    lead_ids: Mapped[list[str]] = json_column(list[UUID])

    def buckets(self) -> set[str]:
        return {"org"}


class User(Synced, Base):
    """A person who signs in."""

    __tablename__ = "user_account"
    kind = "user"
    collection = "users"
    shapes_memberships = True

    name: Mapped[str]
    title: Mapped[str | None]
    roles: Mapped[list[str]] = json_column(list[Role])
    team_id: Mapped[UUID | None]
    active: Mapped[bool]

    def buckets(self) -> set[str]:
        return {"org"}

    def grants(self) -> Mapping[str, Iterable[str]]:
        return {
            f"user:{self.id}": {access.user(self.id)},
            f"work:{self.id}": {access.line(self.id)},
        }


class Credential(Base):
    """How a person proves who they are; never published."""

    __tablename__ = "credential"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    """In lower case; one address signs in to one organization."""
    password_hash: Mapped[str | None]

    __table_args__ = (Index("ix_credential_email", "email", unique=True),)


class SignInSession(Base):
    """A signed-in browser or client; only a digest of its token is kept."""

    __tablename__ = "sign_in_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    id: Mapped[UUID]
    organization_id: Mapped[UUID]
    user_id: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    client: Mapped[str]
    device_id: Mapped[UUID | None]
    """The device that last said hello with it."""

    __table_args__ = (Index("ix_sign_in_session_user", "organization_id", "user_id"),)


class SignInFailure(Base):
    """A failed attempt, counted against the address and the network it came from, by digest."""

    __tablename__ = "sign_in_failure"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]

    __table_args__ = (Index("ix_sign_in_failure_subject", "subject", "at"),)


class PasswordReset(Base):
    """A reset that was asked for by e-mail; usable once."""

    __tablename__ = "password_reset"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    organization_id: Mapped[UUID]
    user_id: Mapped[UUID]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
