"""Workbooks are read within bounds, as a person sees them, and never run."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from cairn.kernel.tables import (
    SheetUnknown,
    Table,
    TableDamaged,
    TableEmpty,
    TableLimits,
    TableTooLarge,
    read_table,
)
from support.shared_data import shared_data

HORROR = shared_data("bad_inputs", "csv_xlsx", "messytables_horror")


def cells(table: Table) -> list[list[str]]:
    return [row.cells for row in table.rows]


def workbook(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def repacked(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part.filename, change(data) if part.filename == name else data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("simple.xlsx", 7, 3),
        ("sw_gen.xlsx", 16, 17),
        ("large.xlsx", 34, 11),
        ("bian-anal-mca-2005-dols-eng-1011-0312-tab3.xlsm", 41, 4),
    ],
)
@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_workbooks(name: str, rows: int, columns: int | None) -> None:
    table = read_table((HORROR / name).read_bytes())
    assert table.filetype == "xlsx"
    assert len(table.rows) == rows
    assert columns in (None, max(len(row.cells) for row in table.rows))


def test_cells_of_a_workbook_read_as_a_person_sees_them() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["name", "phone", "lat", "when", "open", "nothing"])
        sheet["A3"], sheet["B3"], sheet["C3"] = "A", 13812345678.0, 31.300001
        sheet["D3"], sheet["E3"], sheet["F3"] = datetime(2026, 11, 20), True, "#N/A"  # noqa: DTZ001

    table = read_table(workbook(fill))
    assert [row.number for row in table.rows] == [1, 3]
    assert table.rows[1].cells == ["A", "13812345678", "31.300001", "2026-11-20T00:00:00", "TRUE"]


def test_formulas_are_never_evaluated() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["name", "sum"])
        sheet.append(["=1+1", '=HYPERLINK("http://example.com","x")'])

    # Never computed by a spreadsheet: their own text.
    assert cells(read_table(workbook(fill)))[1] == ["=1+1", '=HYPERLINK("http://example.com","x")']
    shown = repacked(
        workbook(fill),
        "xl/worksheets/sheet1.xml",
        lambda part: re.sub(rb"<f>1\+1</f><v ?/?>(</v>)?", b"<f>1+1</f><v>2</v>", part),
    )
    assert cells(read_table(shown))[1] == ["2", '=HYPERLINK("http://example.com","x")']
    assert cells(read_table(b"name\n=1+1\n"))[1] == ["=1+1"]


def test_the_first_sheet_that_holds_anything_is_read() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("second").append(["name"])
    book.create_sheet("third").append(["other"])
    target = io.BytesIO()
    book.save(target)
    assert cells(read_table(target.getvalue())) == [["name"]]
    assert cells(read_table(target.getvalue(), sheet="third")) == [["other"]]
    with pytest.raises(SheetUnknown) as refusal:
        read_table(target.getvalue(), sheet="fourth")
    assert refusal.value.params == {"sheets": ["Sheet", "second", "third"]}
    with pytest.raises(TableEmpty):
        read_table(workbook(lambda sheet: None))
    with pytest.raises(TableEmpty):
        read_table((HORROR / "libreoffice.xlsx").read_bytes())


def test_a_sheet_of_8547_rows() -> None:
    table = read_table((HORROR / "large.xlsx").read_bytes(), sheet="data")
    assert table.rows[-1].number == 8_547


@pytest.mark.parametrize("claimed", [b"A1:XFD1048576", b"A1", b"nonsense"])
def test_the_size_that_a_sheet_claims_is_not_believed(claimed: bytes) -> None:
    def claim(part: bytes) -> bytes:
        return part.replace(b'<dimension ref="A1:B2" />', b'<dimension ref="' + claimed + b'" />')

    plain = workbook(lambda sheet: [sheet.append(["name", "address"]), sheet.append(["A", "Suzhou"])])
    content = repacked(plain, "xl/worksheets/sheet1.xml", claim)
    assert content != plain
    try:
        assert cells(read_table(content)) == [["name", "address"], ["A", "Suzhou"]]
    except TableDamaged:
        assert claimed == b"nonsense"


@pytest.mark.parametrize("row", [b"999999999999", b"1048577"])
def test_a_row_number_beyond_excel_ends_the_reading(row: bytes) -> None:
    content = repacked(
        workbook(lambda sheet: [sheet.append(["name"]), sheet.append(["A"])]),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b'<row r="2">', b'<row r="' + row + b'">').replace(b'r="A2"', b'r="A' + row + b'"'),
    )
    with pytest.raises(TableTooLarge) as refusal:
        read_table(content)
    assert refusal.value.params == {"what": "rows", "limit": 50_000}


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    content = repacked(
        workbook(lambda sheet: sheet.append(["name"])),
        "xl/worksheets/sheet1.xml",
        lambda part: part + b" " * 60_000_000,
    )
    assert len(content) < 100_000
    with pytest.raises(TableTooLarge) as refusal:
        read_table(content)
    assert refusal.value.params["what"] == "unpacked_bytes"
    with pytest.raises(TableTooLarge):
        read_table(content, limits=TableLimits(unpacked_bytes=1_000_000))


def test_entities_that_multiply_are_refused() -> None:
    declaration = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    content = repacked(
        workbook(lambda sheet: sheet.append(["name"])),
        "xl/worksheets/sheet1.xml",
        lambda part: declaration + part.replace(b"<dimension", b"<sheetPr>&b;</sheetPr><dimension"),
    )
    with pytest.raises(TableDamaged):
        read_table(content)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_a_damaged_part_has_a_code(part: str) -> None:
    content = workbook(lambda sheet: sheet.append(["name"]))
    for change in (lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"\xff" * 50):
        with pytest.raises((TableDamaged, TableEmpty)):
            read_table(repacked(content, part, change))


def test_half_a_workbook_has_a_code() -> None:
    content = workbook(lambda sheet: sheet.append(["name"]))
    with pytest.raises(TableDamaged):
        read_table(content[: len(content) // 2])
