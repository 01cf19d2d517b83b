"""XLSX and XLSM as rows of text, bounded before anything is unpacked; macros and formulas are never run."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl

from cairn.kernel.tables import (
    SheetUnknown,
    TableDamaged,
    TableEmpty,
    TableError,
    TableLimits,
    TableTooLarge,
    TableUnsupported,
)

# A stranger's workbook must not fill the log with what openpyxl leaves out of it.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")

# Blank rows count too while a sheet is read: a file could claim a row that a reader needs hours to come to.
BLANK_ROWS_FACTOR = 4
MOST_PARTS = 2_000
# A little file may well pack a hundredfold; the ratio matters from here on.
SMALL_BYTES = 10 * 1024 * 1024


def read_workbook(content: bytes, sheet_name: str | None, limits: TableLimits) -> Iterator[tuple[int, list[str]]]:
    """Row numbers and cells of the named sheet, or the first that holds anything; raises TableError."""
    # A formula counts as the value that was last shown; one that was never computed, as its own text.
    readings = [True, False] if _check_package(content, limits) else [True]
    try:
        workbooks = [
            openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=shown, keep_links=False)
            for shown in readings
        ]
        names = [sheet.title for sheet in workbooks[0].worksheets]
        if sheet_name is not None and sheet_name not in names:
            raise SheetUnknown(sheets=names)
        for sheets in zip(*(workbook.worksheets for workbook in workbooks), strict=True):
            if sheet_name not in (None, sheets[0].title):
                continue
            found = False
            for number, cells in _rows(sheets, limits):
                found = True
                yield number, cells
            if found:
                return
    except TableError:
        raise
    except Exception as error:  # openpyxl lets whatever a damaged part causes through
        raise TableDamaged from error
    raise TableEmpty


def _check_package(content: bytes, limits: TableLimits) -> bool:
    """Refuse what is no workbook or unpacks to too much; tells whether there are formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            if "mimetype" in names and "content.xml" in names:
                raise TableUnsupported(format="ods")
            if "xl/workbook.xml" not in names:
                raise TableUnsupported(format="zip")
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked > limits.unpacked_bytes:
                raise TableTooLarge(what="unpacked_bytes", limit=limits.unpacked_bytes)
            if unpacked > max(SMALL_BYTES, len(content) * limits.unpacked_ratio):
                raise TableTooLarge(what="unpacked_bytes", limit=len(content) * limits.unpacked_ratio)
            sheets = [name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
            return any(_mentions_formula(package, name) for name in sheets)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError) as error:
        raise TableDamaged from error


def _mentions_formula(package: zipfile.ZipFile, name: str) -> bool:
    tail = b""
    with package.open(name) as part:
        while block := part.read(1 << 20):
            if b"<f>" in tail + block or b"<f " in tail + block:
                return True
            tail = block[-3:]
    return False


def _rows(sheets: tuple[Any, ...], limits: TableLimits) -> Iterator[tuple[int, list[str]]]:
    """Rows with anything in them, from one or two readings of the same sheet."""
    # The size that a sheet claims may be missing or wrong: the bounds are ours. Of the columns one more than
    # allowed is read so that it is noticed; the last row is only reached by a sheet that has more.
    last_row = limits.rows * BLANK_ROWS_FACTOR + 1
    bounds = {"max_row": last_row, "max_col": limits.columns + 1, "values_only": True}
    readings = zip(*(sheet.iter_rows(**bounds) for sheet in sheets), strict=True)
    for number, (shown, *written) in enumerate(readings, 1):
        if number == last_row:
            raise TableTooLarge(what="rows", limit=limits.rows)
        values = list(shown)
        if written:
            values = [formula if value is None else value for value, formula in zip(shown, written[0], strict=True)]
        while values and values[-1] is None:
            values.pop()
        if values:
            yield number, [_text(value) for value in values]


def _text(value: Any) -> str:
    """As a person sees it: a phone number that was kept as a number has no fraction, an error is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    text = str(value)
    return "" if text in openpyxl.cell.cell.ERROR_CODES else text
