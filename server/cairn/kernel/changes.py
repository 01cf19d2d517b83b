"""The change feed: at the end of a transaction, every touched record becomes documents in buckets.

Rows hold the complete wire envelope, so that a pull only has to join them (docs/decisions/0005).
The seq is taken here, last in the transaction and under the organization's lock, so commit order = seq order.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from cairn.kernel.context import Batch, Touch
from cairn.kernel.documents import write_documents
from cairn.kernel.driver import driver_of
from cairn.kernel.grants import write_grants, write_memberships
from cairn.kernel.heads import move_head
from cairn.kernel.records import changed_columns, write_records
from cairn.kernel.synced import Synced

COMMITTED = "cairn.committed"
"""Where a transaction notes the seq that it brings each organization to."""
RIGHTS_CHANGED = "cairn.rights_changed"
"""Where it notes the organizations in which somebody may have other roles or principals from now on."""


@event.listens_for(Session, "before_flush")
def refuse_synced(session: Session, _context: Any, _instances: Any) -> None:
    """A synced record that a session wrote would miss the change feed."""
    written = [*session.new, *session.deleted, *(each for each in session.dirty if session.is_modified(each))]
    for record in written:
        if isinstance(record, Synced):
            raise RuntimeError(f"{type(record).__name__}: synced records are added to their batch, and never deleted")


@event.listens_for(Session, "do_orm_execute")
def refuse_bulk_writes(state: ORMExecuteState) -> None:
    """A bulk write skips the batch, so it would skip the change feed."""
    if (state.is_update or state.is_delete or state.is_insert) and state.bind_mapper is not None:
        mapped = state.bind_mapper.class_
        if issubclass(mapped, Synced):
            raise RuntimeError(f"bulk writes to {mapped.__name__} would skip the change feed")


async def write(batch: Batch) -> list[Any]:
    """Write the records that handlers made and changed to their tables, and note what is to be published of them."""
    made = set(map(id, batch.new))
    changed = [
        (record, columns)
        for record in batch.rows.values()
        if record is not None and id(record) not in made and (columns := changed_columns(record))
    ]
    await write_records(await driver_of(batch.session), batch.new, changed)
    for record in batch.new:
        if isinstance(record, Synced):
            batch.touched[type(record), record.id] = Touch(is_new=True, opens=True)
    for record, columns in changed:
        if isinstance(record, Synced):
            key = (type(record), record.id)
            touch = batch.touched.get(key, Touch(is_new=False, opens=False))
            batch.touched[key] = replace(touch, opens=touch.opens or not set(record.opened_by).isdisjoint(columns))
    written = [*batch.new, *(record for record, _ in changed)]
    batch.new.clear()
    if batch.session.new or batch.session.dirty:
        await batch.session.flush()
    return written


async def publish(batch: Batch) -> int:
    """Write the feed, grants and memberships for everything this transaction touched; returns the new seq."""
    await write(batch)
    session, head = batch.session, batch.head
    if not batch.touched:
        return head.seq
    await batch.prefetch(batch.touched)
    mine: dict[Synced, Touch] = {batch.rows[key]: touch for key, touch in batch.touched.items()}
    publications = [item for record in mine for item in record.publications()]
    known = [record.id for record, touch in mine.items() if not touch.is_new]
    seq = await write_documents(session, head, publications, known)
    seq = await write_grants(session, head, [record for record, touch in mine.items() if touch.opens], seq)
    if any(record.shapes_memberships for record in mine):
        seq = await write_memberships(session, head, seq)
        session.info.setdefault(RIGHTS_CHANGED, set()).add(head.organization_id)
    head.seq = session.info.setdefault(COMMITTED, {})[head.organization_id] = seq
    await move_head(session, head)
    if session.new or session.dirty:
        await session.flush()
    return seq
