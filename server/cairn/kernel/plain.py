"""Values as either database's own driver gives them: SQLite knows no times, ids or JSON, PostgreSQL most of them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec


def moment(value: Any) -> datetime:
    """A time: SQLite's comes as text and without its zone, as PostgreSQL's first and last ones do."""
    found: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def identifier(value: Any) -> UUID:
    """An id: hexadecimal in SQLite."""
    found: UUID = UUID(value) if isinstance(value, str) else value
    return found


def json_value(value: Any) -> Any:
    """A JSON column's value: text in both."""
    return msgspec.json.decode(value)
