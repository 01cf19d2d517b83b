"""What is forgotten in time: removals that every phone has heard of, and devices that nobody uses any more.

Nothing that a phone recorded is lost by it. A cursor behind the horizon starts anew with a reset, and a device that
comes back after years goes on at the number that the log of commands has of it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.access import Grant, Membership, OrganizationHead
from cairn.kernel.devices import Device
from cairn.kernel.documents import FeedRow
from cairn.kernel.heads import move_head
from cairn.kernel.log import CommandLog

KEEP_REMOVALS = timedelta(days=90)
KEEP_DEVICES = timedelta(days=120)
"""The ninety days, and the thirty that a phone may be offline before."""
STRIDE_SEQS = 5_000
"""How far the horizon moves in one transaction."""


async def move_horizon(session: AsyncSession, head: OrganizationHead, now: datetime) -> bool:
    """Forget the removals of one stride of the sequence; whether there is more. The head must be locked."""
    until = min(await _seq_at(session, head.organization_id, now - KEEP_REMOVALS), head.horizon_seq + STRIDE_SEQS)
    if until <= head.horizon_seq:
        return False
    feed: Any = FeedRow.__table__
    await session.execute(
        delete(feed).where(
            feed.c.organization_id == head.organization_id,
            feed.c.seq > head.horizon_seq,
            feed.c.seq <= until,
            feed.c.removed.is_(True),
        )
    )
    # Who held what before the horizon is asked by no cursor any more; who had which role, a late fact may ask for ever.
    for model, forgettable in ((Grant, true()), (Membership, ~Membership.principal.startswith("role:"))):
        table: Any = model.__table__
        await session.execute(
            delete(table).where(
                table.c.organization_id == head.organization_id, table.c.until_seq <= until, forgettable
            )
        )
    head.horizon_seq = until
    await move_head(session, head)
    return True


async def _seq_at(session: AsyncSession, organization_id: UUID, moment: datetime) -> int:
    """The seq that the organization had come to by then, as far as its log of commands tells."""
    statement = (
        select(CommandLog.committed_seq)
        .where(
            CommandLog.organization_id == organization_id,
            CommandLog.status == "applied",
            CommandLog.received_at < moment,
        )
        .order_by(CommandLog.received_at.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none() or 0


async def forget_devices(session: AsyncSession, organization_id: UUID, now: datetime) -> int:
    """Forget devices that were not seen for so long; one that was shut out stays shut out."""
    done: Any = await session.execute(
        delete(Device)
        .where(
            Device.organization_id == organization_id,
            Device.last_seen_at < now - KEEP_DEVICES,
            Device.revoked_at.is_(None),
        )
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)
