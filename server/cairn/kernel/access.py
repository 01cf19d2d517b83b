"""Who may read what: principals hold buckets by grants, people hold principals by memberships.

Both are logged as intervals of the organization's sequence, so that what a person held at any cursor can be
computed from that cursor alone (sync protocol, pull). A principal is `user:<id>`, `team:<id>`, `role:<name>`,
`line:<user id>` (the reporting line: a person and all who lead their work) or `everyone`.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from cairn.kernel.database import Base

EVERYONE = "everyone"


class OrganizationHead(Base):
    """An organization's place in its own history; the row is its lock."""

    __tablename__ = "organization_head"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    epoch: Mapped[str]
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    access_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    """The seq of the last change of a grant or a membership."""
    horizon_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    """Removals up to here may be forgotten: a cursor behind it starts anew."""
    buckets: Mapped[int] = mapped_column(BigInteger, default=0)
    """How many bucket numbers were given out."""


class BucketRow(Base):
    """A bucket's short number and the sums that phones check themselves against."""

    __tablename__ = "bucket"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str]
    head_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    documents: Mapped[int] = mapped_column(BigInteger, default=0)
    seq_sum: Mapped[int] = mapped_column(BigInteger, default=0)
    """Sum of the documents' seqs, modulo 2^53."""

    __table_args__ = (Index("ix_bucket_name", "organization_id", "name", unique=True),)


class Grant(Base):
    """A principal may read a bucket, from one seq until another."""

    __tablename__ = "bucket_grant"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    principal: Mapped[str] = mapped_column(primary_key=True)
    bucket_number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    since_seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    until_seq: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "bucket_number"], ["bucket.organization_id", "bucket.number"]),
        Index("ix_bucket_grant_bucket", "organization_id", "bucket_number"),
    )


class Membership(Base):
    """A person is part of a principal, from one seq until another."""

    __tablename__ = "membership"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    principal: Mapped[str] = mapped_column(primary_key=True)
    since_seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    until_seq: Mapped[int | None] = mapped_column(BigInteger)


def user(user_id: UUID) -> str:
    return f"user:{user_id}"


def team(team_id: UUID) -> str:
    return f"team:{team_id}"


def role(name: str) -> str:
    return f"role:{name}"


def line(user_id: UUID) -> str:
    """The reporting line of a person: themself and everybody who leads their work."""
    return f"line:{user_id}"


_PRINCIPALS = select(Membership.principal).where(
    Membership.organization_id == bindparam("organization"),
    Membership.user_id == bindparam("user"),
    Membership.until_seq.is_(None),
)


async def principals_of(connection: AsyncConnection, organization_id: UUID, user_id: UUID) -> frozenset[str]:
    """Every principal that a person is part of now."""
    parameters = {"organization": organization_id, "user": user_id}
    return frozenset((await connection.execute(_PRINCIPALS, parameters)).scalars())


def difference(
    current: Iterable[tuple[str, str]], wanted: Mapping[str, Iterable[str]]
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """(given, taken) pairs that turn the current pairs into the wanted ones."""
    now = set(current)
    then = {(key, principal) for key, principals in wanted.items() for principal in principals}
    return then - now, now - then
