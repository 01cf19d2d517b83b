"""Records to and from their tables: a statement per model for what is read or new, and one per set of changed columns.

Records are mapped by SQLAlchemy, which also notes what handlers change of them, but they belong to no session: loading
and flushing them there costs several times as much.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, inspect, update
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from cairn.kernel.bulk import Bulk
from cairn.kernel.driver import Driver

Model = type[Any]
Rows = list[dict[str, Any]]
DOUBLE_PRECISION = 701
"""PostgreSQL's number of the type of our only numbers that are not whole; no other type asks."""
_inserts: dict[Model, Bulk] = {}
_updates: dict[tuple[Model, tuple[str, ...]], Bulk] = {}
_loaders: dict[tuple[Model, str, str], "_Loader"] = {}


class _Loader:
    """Reads the records of one model whose column has one of some values."""

    def __init__(self, model: Model, column: str, dialect: Any) -> None:
        columns = [each for each in model.__table__.columns if each.name != "organization_id"]
        self._names = [each.name for each in columns]
        processes: list[Callable[[Any], Any] | None] = [
            each.type.dialect_impl(dialect).result_processor(dialect, DOUBLE_PRECISION) for each in columns
        ]
        self._processed = [(name, process) for name, process in zip(self._names, processes, strict=True) if process]
        self._new_instance = inspect(model).class_manager.new_instance
        self._sql = (
            f"SELECT {', '.join(self._names)} FROM {model.__table__.name} "  # noqa: S608 — names of our own tables
            f"WHERE organization_id = ?1 AND {column} IN_LIST(?2)"
        )

    async def load(self, driver: Driver, organization_id: UUID, values: list[Any]) -> list[Any]:
        rows = await driver.fetch(self._sql, organization_id, values)
        return [self._make(organization_id, row) for row in rows]

    def _make(self, organization_id: UUID, row: Sequence[Any]) -> Any:
        record = self._new_instance()
        values = record.__dict__
        values["organization_id"] = organization_id
        values.update(zip(self._names, row, strict=True))
        for name, process in self._processed:
            values[name] = process(values[name])
        return record


async def load_records(
    driver: Driver, model: Model, column: str, organization_id: UUID, values: Iterable[Any]
) -> list[Any]:
    """The organization's records whose column has one of the values."""
    key = (model, column, driver.dialect.name)
    if key not in _loaders:
        _loaders[key] = _Loader(model, column, driver.dialect)
    return await _loaders[key].load(driver, organization_id, list(values))


def changed_columns(record: Any) -> tuple[str, ...]:
    """The columns of a loaded record whose value is another than the database's."""
    before = instance_state(record).committed_state
    return tuple(sorted(name for name, value in before.items() if record.__dict__[name] != value)) if before else ()


async def write_records(driver: Driver, new: Sequence[Any], changed: Sequence[tuple[Any, tuple[str, ...]]]) -> None:
    """Insert new records, and update the named columns of changed ones."""
    inserts: dict[Model, Rows] = defaultdict(list)
    for record in new:
        inserts[type(record)].append(_with_defaults(record))
    for model, rows in inserts.items():
        await _insert(model).run(driver, rows)
    updates: dict[tuple[Model, tuple[str, ...]], Rows] = defaultdict(list)
    for record, columns in changed:
        keys = {"key_organization_id": record.organization_id, "key_id": record.id}
        updates[type(record), columns].append({**keys, **{name: record.__dict__[name] for name in columns}})
    for (model, columns), rows in updates.items():
        await _update(model, columns).run(driver, rows)


def mark_written(record: Any) -> None:
    """From here on a record's changes count from its present values."""
    for name in list(instance_state(record).committed_state):
        set_committed_value(record, name, record.__dict__[name])


def _with_defaults(record: Any) -> dict[str, Any]:
    """The record's own values, completed by what its columns say of fields that nobody set."""
    values: dict[str, Any] = record.__dict__
    columns = type(record).__table__.columns
    for name in columns.keys() - values.keys():
        default: Any = columns[name].default
        values[name] = None if default is None else default.arg(None) if default.is_callable else default.arg
    return values


def _insert(model: Model) -> Bulk:
    if model not in _inserts:
        _inserts[model] = Bulk(insert(model.__table__))
    return _inserts[model]


def _update(model: Model, columns: tuple[str, ...]) -> Bulk:
    if (model, columns) not in _updates:
        table = model.__table__
        statement = update(table).where(
            table.c.organization_id == bindparam("key_organization_id"), table.c.id == bindparam("key_id")
        )
        _updates[model, columns] = Bulk(statement.values({name: bindparam(name) for name in columns}))
    return _updates[model, columns]
