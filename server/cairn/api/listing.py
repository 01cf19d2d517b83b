"""Filters, order and pages of a collection, as a query string says them.

`?owner_id=…&created_at.gte=…&name.contains=…&sort=-created_at&limit=50&cursor=…`
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Text, and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from cairn.kernel.errors import MalformedInput
from cairn.kernel.synced import Synced, document_fields
from cairn.kernel.visibility import is_visible

LARGEST_PAGE = 200
MOST_FILTERS = 20


@dataclass
class Listing:
    """One page of a collection that is asked for."""

    filters: list[ColumnElement[bool]] = field(default_factory=list)
    sort: str = "id"
    descending: bool = False
    limit: int = 50
    after: list[Any] | None = None

    async def run(
        self, session: AsyncSession, model: type[Synced], organization_id: UUID, held: Iterable[int]
    ) -> tuple[list[Any], str | None]:
        """The rows, and the cursor of the next page if there is one."""
        columns: Any = model
        order = getattr(model, self.sort)
        statement = select(model).where(
            columns.organization_id == organization_id, columns.deleted_at.is_(None), is_visible(model, held)
        )
        for each in self.filters:
            statement = statement.where(each)
        if self.after is not None:
            statement = statement.where(self._beyond(order, columns.id, *self.after))
        # Rows without a value come last either way, on both databases.
        direction = (order.is_(None), *((order.desc(), columns.id.desc()) if self.descending else (order, columns.id)))
        rows = list((await session.scalars(statement.order_by(*direction).limit(self.limit + 1))).all())
        if len(rows) <= self.limit:
            return rows, None
        last = rows[self.limit - 1]
        place_text = msgspec.json.encode([getattr(last, self.sort), last.id])
        return rows[: self.limit], base64.urlsafe_b64encode(place_text).decode()

    def _beyond(self, order: Any, identity: Any, value: Any, last_id: UUID) -> ColumnElement[bool]:
        """What comes after a place in this order."""
        if value is None:
            return and_(order.is_(None), identity < last_id if self.descending else identity > last_id)
        place, last = tuple_(order, identity), tuple_(value, last_id)
        return or_(order.is_(None), place < last if self.descending else place > last)


def read_listing(model: type[Synced], query: Iterable[tuple[str, str]]) -> Listing:
    """Read a query string; raises MalformedInput where it names no field or gives no value of its type."""
    listing = Listing()
    cursor = None
    for index, (name, value) in enumerate(query):
        if index >= MOST_FILTERS:
            raise MalformedInput(path=name, reason="too many parameters")
        if name == "limit":
            listing.limit = _limit(value)
        elif name == "sort":
            listing.descending = value.startswith("-")
            listing.sort = _column(model, value.lstrip("-"), "sort")
        elif name == "cursor":
            cursor = value
        else:
            listing.filters.append(_filter(model, name, value))
    if cursor is not None:
        listing.after = _after(model, listing.sort, cursor)
    return listing


def _limit(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value[:9]) <= LARGEST_PAGE:
        raise MalformedInput(path="limit", reason=f"expected 1 to {LARGEST_PAGE}")
    return int(value)


def _column(model: type[Synced], name: str, path: str) -> str:
    name = {shown: column for column, shown in model.renamed.items()}.get(name, name)
    if name not in document_fields(model) or ("shape" in getattr(model, name).info and _is_json(model, name)):
        raise MalformedInput(path=path, reason="no such field")
    return name


def _is_json(model: type[Synced], name: str) -> bool:
    return type(getattr(model, name).type).__name__ == "Json"


def _filter(model: type[Synced], name: str, value: str) -> ColumnElement[bool]:
    field_name, _, operator = name.partition(".")
    column: Any = getattr(model, _column(model, field_name, name))
    if operator == "contains" and isinstance(column.type, Text):
        return column.icontains(_typed(column, value, name), autoescape=True)  # type: ignore[no-any-return]
    if operator == "" and value == "null" and column.type.python_type is not str:
        return column.is_(None)  # type: ignore[no-any-return]
    typed = _typed(column, value, name)
    match operator:
        case "":
            same = column == typed
            return or_(same, column.is_(None)) if value == "null" else same
        case "gte":
            return column >= typed  # type: ignore[no-any-return]
        case "lt":
            return column < typed  # type: ignore[no-any-return]
    raise MalformedInput(path=name, reason="expected .contains, .gte or .lt")


def _typed(column: Any, value: str, path: str) -> Any:
    """The value as the column's own type."""
    if "\0" in value:
        raise MalformedInput(path=path, reason="a text cannot hold the character U+0000")
    try:
        wanted = column.type.python_type
        typed = msgspec.convert(value, wanted, strict=False)
        if isinstance(typed, datetime) and typed.tzinfo is None:
            raise ValueError("a time needs a zone")
        if wanted is int and abs(typed) >= (2**63 if isinstance(column.type, BigInteger) else 2**31):
            raise ValueError("no such large number")
        if wanted is float and not isfinite(typed):
            raise ValueError("not a number")
        return typed
    except (msgspec.ValidationError, NotImplementedError, ValueError) as error:
        raise MalformedInput(path=path, reason=str(error)[:200]) from None


def _after(model: type[Synced], sort: str, cursor: str) -> list[Any]:
    try:
        place = msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=tuple[str | int | float | bool | None, UUID])
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        raise MalformedInput(path="cursor", reason="not a cursor of this server") from None
    value = place[0]
    if value is None:
        return [None, place[1]]
    return [
        _typed(getattr(model, sort), str(value).lower() if isinstance(value, bool) else str(value), "cursor"),
        place[1],
    ]
