"""Synced records to their tables: a statement per model for what is new, and one per set of columns that changed.

It does for the records of a batch what the mapper's flush would do, with a fraction of its work per record.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, inspect, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import get_history

from cairn.kernel.bulk import Bulk
from cairn.kernel.synced import Synced

Model = type[Synced]
Rows = list[dict[str, Any]]
_inserts: dict[Model, Bulk] = {}
_updates: dict[tuple[Model, tuple[str, ...]], Bulk] = {}


def changed_columns(record: Synced) -> tuple[str, ...]:
    """The columns of a loaded record whose value is another than the database's."""
    state: Any = inspect(record)
    touched = sorted(set(state.manager) - state.unmodified)
    return tuple(name for name in touched if get_history(record, name).has_changes())


async def write_records(session: AsyncSession, new: Sequence[Synced], changed: Sequence[Synced]) -> None:
    """Write these records; the session lets go of them and they stay as they are."""
    connection = await session.connection()
    inserts: dict[Model, Rows] = defaultdict(list)
    for record in new:
        inserts[type(record)].append(_with_defaults(record))
        session.expunge(record)
    for model, rows in inserts.items():
        await _insert(model).run(connection, rows)
    updates: dict[tuple[Model, tuple[str, ...]], Rows] = defaultdict(list)
    for record in changed:
        if columns := changed_columns(record):
            keys = {"key_organization_id": record.organization_id, "key_id": record.id}
            updates[type(record), columns].append({**keys, **{name: record.__dict__[name] for name in columns}})
        session.expunge(record)
    for (model, columns), rows in updates.items():
        await _update(model, columns).run(connection, rows)


def _with_defaults(record: Synced) -> dict[str, Any]:
    """The record's own values, completed by what its columns say of fields that nobody set."""
    values = record.__dict__
    for column in _table(type(record)).columns:
        if column.key not in values:
            default: Any = column.default
            values[column.key] = None if default is None else default.arg(None) if default.is_callable else default.arg
    return values


def _table(model: Model) -> Any:
    return model.__table__  # type: ignore[attr-defined]


def _insert(model: Model) -> Bulk:
    if model not in _inserts:
        _inserts[model] = Bulk(insert(_table(model)))
    return _inserts[model]


def _update(model: Model, columns: tuple[str, ...]) -> Bulk:
    if (model, columns) not in _updates:
        table = _table(model)
        statement = update(table).where(
            table.c.organization_id == bindparam("key_organization_id"), table.c.id == bindparam("key_id")
        )
        _updates[model, columns] = Bulk(statement.values({name: bindparam(name) for name in columns}))
    return _updates[model, columns]
