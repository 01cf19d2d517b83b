"""Tables of customers as people send them, and what becomes of their rows."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

from cairn.modules.accounts.imports import CustomerImport, ImportOptions, read_customers

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def read(content: bytes, known: set[str] | None = None, **options: Any) -> CustomerImport:
    return read_customers(content, ImportOptions(**options), at=AT, known=known or set())


def table(*rows: list[str]) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


def only_args(content: bytes, **options: Any) -> dict[str, Any]:
    (row,) = read(content, **options).rows
    assert row.args is not None, row
    return row.args


def refusal(content: bytes) -> tuple[str | None, dict[str, Any]]:
    (row,) = read(content).rows
    assert (row.status, row.args) == ("refused", None)
    return row.code, row.params
