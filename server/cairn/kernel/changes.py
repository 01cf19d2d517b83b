"""The change feed: at the end of a transaction, every touched record becomes documents in buckets.

Rows hold the complete wire envelope, so that a pull only has to join them (docs/decisions/0005).
The seq is taken here, last in the transaction and under the organization's lock, so commit order = seq order.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.attributes import get_history

from cairn.kernel.access import OrganizationHead
from cairn.kernel.documents import write_documents
from cairn.kernel.grants import write_grants, write_memberships
from cairn.kernel.records import write_records
from cairn.kernel.synced import Synced

TOUCHED = "cairn.touched"


@dataclass
class Touch:
    """What a transaction did to a record: made it, or changed what decides who may read its buckets."""

    is_new: bool
    opens: bool


@event.listens_for(Session, "before_flush")
def remember_touched(session: Session, _context: Any, _instances: Any) -> None:
    """Keep every synced record that a flush writes, so that publishing misses none."""
    touched = session.info.setdefault(TOUCHED, {})
    for record in session.new:
        if isinstance(record, Synced):
            touched[record] = Touch(is_new=True, opens=True)
    for record in session.dirty:
        if not isinstance(record, Synced) or not session.is_modified(record):
            continue
        touch = touched.setdefault(record, Touch(is_new=False, opens=False))
        touch.opens = touch.opens or any(get_history(record, name).added for name in record.opened_by)
    if any(isinstance(record, Synced) for record in session.deleted):
        raise RuntimeError("a synced record is removed by its deleted_at, so that phones hear of it")


@event.listens_for(Session, "do_orm_execute")
def refuse_bulk_writes(state: ORMExecuteState) -> None:
    """A bulk write skips flush, so it would skip the change feed."""
    if (state.is_update or state.is_delete or state.is_insert) and state.bind_mapper is not None:
        mapped = state.bind_mapper.class_
        if issubclass(mapped, Synced):
            raise RuntimeError(f"bulk writes to {mapped.__name__} would skip the change feed")


async def _flush(session: AsyncSession) -> None:
    """Synced records by the quick way, then whatever else there is by the mapper's own."""
    remember_touched(session.sync_session, None, None)
    new = [record for record in session.new if isinstance(record, Synced)]
    await write_records(session, new, [record for record in session.dirty if isinstance(record, Synced)])
    await session.flush()


async def publish(session: AsyncSession, head: OrganizationHead) -> int:
    """Write the feed, grants and memberships for everything this transaction touched; returns the new seq."""
    await _flush(session)
    touched: dict[Synced, Touch] = session.info.pop(TOUCHED, {})
    mine = {record: touch for record, touch in touched.items() if record.organization_id == head.organization_id}
    if len(mine) < len(touched):
        session.info[TOUCHED] = {record: touch for record, touch in touched.items() if record not in mine}
    if not mine:
        return head.seq
    publications = [item for record in mine for item in record.publications()]
    known = [record.id for record, touch in mine.items() if not touch.is_new]
    seq = await write_documents(session, head, publications, known)
    seq = await write_grants(session, head, [record for record, touch in mine.items() if touch.opens], seq)
    if any(record.shapes_memberships for record in mine):
        seq = await write_memberships(session, head, seq)
    head.seq = seq
    await session.flush()
    return seq
