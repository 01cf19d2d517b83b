"""Grants and memberships, brought in line with what the records and the rule say, as intervals of the seq."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.access import Grant, Membership, OrganizationHead, difference
from cairn.kernel.documents import bucket_numbers
from cairn.kernel.memberships import wanted_memberships
from cairn.kernel.synced import Synced


async def write_grants(session: AsyncSession, head: OrganizationHead, touched: Iterable[Synced], seq: int) -> int:
    wanted: dict[str, Iterable[str]] = {}
    for record in touched:
        wanted.update(record.grants())
    if not wanted:
        return seq
    numbers = await bucket_numbers(session, head, wanted)
    names = {number: name for name, number in numbers.items()}
    statement = select(Grant).where(
        Grant.organization_id == head.organization_id, Grant.bucket_number.in_(names), Grant.until_seq.is_(None)
    )
    open_grants = {(names[grant.bucket_number], grant.principal): grant for grant in await session.scalars(statement)}
    given, taken = difference(open_grants, wanted)
    for pair in sorted(taken):
        seq += 1
        open_grants[pair].until_seq = seq
        head.access_seq = seq
    for name, principal in sorted(given):
        seq += 1
        session.add(
            Grant(
                organization_id=head.organization_id,
                principal=principal,
                bucket_number=numbers[name],
                since_seq=seq,
            )
        )
        head.access_seq = seq
    return seq


async def write_memberships(session: AsyncSession, head: OrganizationHead, seq: int) -> int:
    wanted = await wanted_memberships(session, head.organization_id)
    statement = select(Membership).where(
        Membership.organization_id == head.organization_id, Membership.until_seq.is_(None)
    )
    current = {(str(each.user_id), each.principal): each for each in await session.scalars(statement)}
    given, taken = difference(current, wanted)
    for pair in sorted(taken):
        seq += 1
        current[pair].until_seq = seq
        head.access_seq = seq
    for user_id, principal in sorted(given):
        seq += 1
        session.add(
            Membership(organization_id=head.organization_id, user_id=UUID(user_id), principal=principal, since_seq=seq)
        )
        head.access_seq = seq
    return seq
