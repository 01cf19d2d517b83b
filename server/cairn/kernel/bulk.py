"""Many rows through one prepared statement, straight to the driver.

The log, the feed and its sums take several rows per command. Their values are converted a column at a time, by the
same types as everywhere, and without SQLAlchemy's work per row.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Delete, Dialect, Insert, Update

from cairn.kernel.driver import Driver

Row = Mapping[str, Any]
Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Prepared:
    sql: str
    columns: tuple[tuple[str, Process | None], ...]

    def parameters(self, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
        return list(zip(*(_column(rows, name, process) for name, process in self.columns), strict=True))


def _column(rows: Sequence[Row], name: str, process: Process | None) -> Iterable[Any]:
    values = [row[name] for row in rows]
    if process is None:
        return values
    first = values[0]
    if values[-1] is first and all(value is first for value in values):  # the organization's id, the time of receipt, …
        return [process(first)] * len(values)
    return [process(value) for value in values]


class Bulk:
    """A statement whose every value is a bound parameter; compiled once for each kind of database."""

    def __init__(self, statement: Insert | Update | Delete) -> None:
        self._statement = statement
        self._prepared: dict[str, _Prepared] = {}

    async def run(self, driver: Driver, rows: Sequence[Row]) -> None:
        """Each row names its parameters."""
        if rows:
            prepared = self._prepare(driver.dialect)
            await driver.write(prepared.sql, prepared.parameters(rows))

    def _prepare(self, dialect: Dialect) -> _Prepared:
        if dialect.name not in self._prepared:
            compiled: Any = self._statement.compile(dialect=dialect)
            names = compiled.positiontup
            types = [compiled.binds[name].type.dialect_impl(dialect) for name in names]
            columns = tuple((name, type_.bind_processor(dialect)) for name, type_ in zip(names, types, strict=True))
            self._prepared[dialect.name] = _Prepared(str(compiled), columns)
        return self._prepared[dialect.name]
