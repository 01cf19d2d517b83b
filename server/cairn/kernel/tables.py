"""Tables from strangers' files: CSV in any usual encoding and shape, XLSX; everything else gets a code.

What is wrong with the file is raised; what is wrong with one row is its `problem`, and the others go on.
Everything here blocks: call it in a thread.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from msgspec import Struct

from cairn.kernel.encodings import decode_text
from cairn.kernel.errors import DomainError

DELIMITERS = ",;\t|"
SNIFFED_ROWS = 50
ZIP_HEAD = b"PK\x03\x04"
OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Office keeps an encrypted workbook in a stream of this name; old XLS marks it by a FILEPASS record.
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
HTML_HEAD = re.compile(rb"\s*(<!--|<!doctype html|<html|<table|<head|<body|<meta)", re.IGNORECASE)
XML_HEAD = re.compile(rb"\s*<\?xml", re.IGNORECASE)
# Control characters that no column of a database should have to keep, and halves of characters.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# Stands after the last row: when it is found inside a cell, a quote was never closed.
END_MARK = "\x1fend of table\x1f"
# A cell may be as long as the file: our own limit gives a better answer than an exception. The csv module has
# one value for the whole process.
csv.field_size_limit(2**31 - 1)


class TableLimits(Struct, frozen=True):
    size_bytes: int = 50 * 1024 * 1024
    rows: int = 50_000
    columns: int = 200
    cell_characters: int = 10_000
    # Of a workbook, which is a ZIP: what it may unpack to, as a whole and for every byte packed.
    unpacked_bytes: int = 200 * 1024 * 1024
    unpacked_ratio: int = 200


DEFAULT_LIMITS = TableLimits()


class Row(Struct, frozen=True):
    """`number` counts as a spreadsheet does, from 1; cells are stripped; a problem is a code with params."""

    number: int
    cells: list[str]
    problem: tuple[str, dict[str, Any]] | None = None


class Table(Struct, frozen=True):
    """Rows that are not blank; `filetype` csv or xlsx; encoding and delimiter of a CSV."""

    filetype: str
    rows: list[Row]
    encoding: str | None = None
    delimiter: str | None = None


class TableError(DomainError):
    """The file cannot be read as a table at all."""

    code: ClassVar[str] = "table_unreadable"
    http_status = 422


class TableEmpty(TableError):
    """There is no row in it."""

    code = "table_empty"


class TableTooLarge(TableError):
    """Params: `what` (bytes, rows, unpacked_bytes) and its `limit`."""

    code = "table_too_large"
    http_status = 413


class TableUnsupported(TableError):
    """Params: `format` (xls, ods, html, xml, zip, binary): save it as XLSX or CSV first."""

    code = "table_unsupported"
    http_status = 415


class TableEncrypted(TableError):
    """A workbook with a password."""

    code = "table_encrypted"


class TableDamaged(TableError):
    """It calls itself a workbook but cannot be read as one."""

    code = "table_damaged"


class SheetUnknown(TableError):
    """Params: `sheets`, the names that there are."""

    code = "table_sheet_unknown"


class QuoteNotClosed(TableError):
    """Everything after it would be swallowed. Params: `row`, where the quote opens."""

    code = "table_quote_not_closed"


def read_table(
    content: bytes,
    encoding: str | None = None,
    sheet: str | None = None,
    limits: TableLimits = DEFAULT_LIMITS,
) -> Table:
    """Read a whole file, of a workbook the first sheet that holds anything.

    Raises TableError of one sort or another, EncodingUnknown, EncodingWrong.
    """
    if len(content) > limits.size_bytes:
        raise TableTooLarge(what="bytes", limit=limits.size_bytes)
    if content.startswith(ZIP_HEAD):
        from cairn.kernel.workbooks import read_workbook  # only who imports a workbook pays for openpyxl

        return Table("xlsx", _kept(read_workbook(content, sheet, limits), limits))
    _refuse_other_formats(content)
    decoded = decode_text(content, encoding)
    text = decoded.text
    delimiter = _delimiter(text)
    if text.startswith("sep="):  # Excel's own note on the delimiter
        text = text.partition("\n")[2]
    records = _records(text, delimiter)
    return Table("csv", _kept(enumerate(records, 1), limits), decoded.encoding, delimiter)


def _refuse_other_formats(content: bytes) -> None:
    if not content.strip():
        raise TableEmpty
    if content.startswith(OLE_HEAD):
        if ENCRYPTED_STREAM in content:
            raise TableEncrypted
        raise TableUnsupported(format="xls")
    if HTML_HEAD.match(content):
        raise TableUnsupported(format="html")
    if XML_HEAD.match(content):
        raise TableUnsupported(format="xml")
    # Text has no control characters but for tabs, line ends and, in UTF-16, zero bytes.
    head = content[:4_096]
    if sum(byte < 9 or 13 < byte < 27 for byte in head.replace(b"\0", b"")) > len(head) / 50:
        raise TableUnsupported(format="binary")


def _kept(records: Iterable[tuple[int, list[Any]]], limits: TableLimits) -> list[Row]:
    """Rows with anything in them, checked one by one."""
    rows: list[Row] = []
    for number, cells in records:
        row = _row(number, [_clean(cell) for cell in cells], limits)
        if not row.cells and row.problem is None:
            continue
        # One more for the header.
        if len(rows) > limits.rows:
            raise TableTooLarge(what="rows", limit=limits.rows)
        rows.append(row)
    if not rows:
        raise TableEmpty
    return rows


def _row(number: int, cells: list[str], limits: TableLimits) -> Row:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > limits.columns:
        return Row(number, [], ("too_many_columns", {"limit": limits.columns}))
    for column, cell in enumerate(cells, 1):
        if len(cell) > limits.cell_characters:
            return Row(number, [], ("cell_too_long", {"column": column, "limit": limits.cell_characters}))
    return Row(number, cells)


def _clean(cell: str) -> str:
    return UNWRITABLE.sub("", cell).strip()


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """CSV records; line ends may be of any sort, mixed, and inside quotes."""
    separator = "" if text.endswith(("\n", "\r")) else "\n"
    lines = io.StringIO(f"{text}{separator}{END_MARK}", newline="")
    records = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    for number, record in enumerate(records, 1):
        if record == [END_MARK]:
            return
        if record and END_MARK in record[-1]:
            raise QuoteNotClosed(row=number)
        yield record


def _delimiter(text: str) -> str:
    """The candidate that cuts the first rows into the most, and the most even, columns."""
    first_line = text[:20].splitlines()[0] if text else ""
    if first_line.startswith("sep=") and len(first_line) == 5:
        return first_line[4]
    head = text[:200_000]
    scores = {candidate: _evenness(head, candidate) for candidate in DELIMITERS}
    return max(DELIMITERS, key=lambda candidate: scores[candidate])


def _evenness(head: str, delimiter: str) -> float:
    widths: Counter[int] = Counter()
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, skipinitialspace=True)
    for _, record in zip(range(SNIFFED_ROWS), reader, strict=False):
        if record:
            widths[len(record)] += 1
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (width - 1) * (count / widths.total()) ** 2
