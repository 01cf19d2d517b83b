"""Organizations' heads within a writer's transaction: locked once, changed in memory, written at its end."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.access import OrganizationHead
from cairn.kernel.bulk import Bulk
from cairn.kernel.driver import driver_of
from cairn.kernel.plain import identifier

_KEY = "cairn.heads"
_LOCK = """
SELECT organization_id, epoch, seq, access_seq, horizon_seq, buckets FROM organization_head
WHERE organization_id IN_LIST(?1) ORDER BY organization_id FOR UPDATE
"""
_head: Any = OrganizationHead.__table__
_MOVED = ("seq", "access_seq", "horizon_seq", "buckets")
_MOVE = Bulk(
    update(_head)
    .where(_head.c.organization_id == bindparam("key_organization"))
    .values({name: bindparam(name) for name in _MOVED})
)


async def lock_heads(session: AsyncSession, organization_ids: Iterable[UUID]) -> dict[UUID, OrganizationHead]:
    """Lock heads in the order of their ids: writers of one organization follow one another on every database."""
    heads: dict[UUID, OrganizationHead] = session.info.setdefault(_KEY, {})
    missing = sorted(set(organization_ids) - heads.keys())
    if missing:
        for row in await (await driver_of(session)).fetch(_LOCK, missing):
            organization_id = identifier(row[0])
            heads[organization_id] = OrganizationHead(
                organization_id=organization_id,
                epoch=row[1],
                seq=row[2],
                access_seq=row[3],
                horizon_seq=row[4],
                buckets=row[5],
            )
    return heads


async def lock_head(session: AsyncSession, organization_id: UUID) -> OrganizationHead:
    """One organization's head; raises KeyError where there is none."""
    return (await lock_heads(session, [organization_id]))[organization_id]


async def move_head(session: AsyncSession, head: OrganizationHead) -> None:
    """Write what a transaction brought a head to."""
    values = {"key_organization": head.organization_id, **{name: getattr(head, name) for name in _MOVED}}
    await _MOVE.run(await driver_of(session), [values])
