"""Every bad table becomes rows or one clear code."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cairn.kernel.errors import DomainError
from cairn.kernel.tables import (
    QuoteNotClosed,
    SheetUnknown,
    Table,
    TableDamaged,
    TableEmpty,
    TableEncrypted,
    TableLimits,
    TableTooLarge,
    TableUnsupported,
    read_table,
)
from support.shared_data import shared_data

BAD = shared_data("bad_inputs", "csv_xlsx")
HORROR = BAD / "messytables_horror"


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


@pytest.mark.parametrize("path", sorted((BAD / "csv_spectrum").glob("*.csv")), ids=lambda path: str(path.stem))
def test_csv_spectrum_says_what_its_json_says(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    header, *rows = cells(read_table(path.read_bytes()))
    found = [dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=True)) for row in rows]
    # Blanks at the ends of a cell are ours to strip; the copies of the *_crlf files have lost their CR.
    assert found == [{name: value.strip().replace("\r\n", "\n") for name, value in row.items()} for row in expected]


@pytest.mark.parametrize(
    ("name", "delimiter", "rows", "columns"),
    [
        ("mixedGLB.csv", ",", 136, 19),
        ("excel_pasting.csv", ",", 19, 9),
        ("simple.psv", "|", 29, 6),
        ("simple.ssv", ";", 7, 3),
        ("example.tsv", "\t", 141, 17),
        ("complex.csv", ",", 4, 4),
        ("null.csv", ",", 10, 4),
        ("skip_initials.csv", ",", 3, 2),
        ("weird_head_padding.csv", ";", 83, 10),
        ("begrotingsanalyse-2011.csv", ",", 42, 20),
        ("small.csv", ",", 1, 1),
        ("long.csv", ",", 4_000, 1),
        ("utf8bom.csv", ",", 1, 2),
        ("utf-16le_encoded.csv", ",", 328, 19),
        ("characters.csv", ",", 383, 18),
        ("spanish_chars.csv", ",", 116, 8),
        ("sparse_with_column_errors.csv", ",", 2_201, 4),
        ("simple.csv", ",", 7, 3),
    ],
)
def test_messy_csv(name: str, delimiter: str, rows: int, columns: int) -> None:
    table = read_table((HORROR / name).read_bytes())
    assert (table.delimiter, len(table.rows)) == (delimiter, rows)
    assert max(len(row.cells) for row in table.rows) == columns
    assert all(row.problem is None for row in table.rows)


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


@pytest.mark.parametrize(
    ("name", "error", "params"),
    [
        ("simple.xls", TableUnsupported, {"format": "xls"}),
        ("excel_properties.xls", TableUnsupported, {"format": "xls"}),
        ("unicode_sheet_name.xls", TableUnsupported, {"format": "xls"}),
        ("encrypted_no_password.xls", TableUnsupported, {"format": "xls"}),
        ("ods_formats.ods", TableUnsupported, {"format": "ods"}),
        ("blank_line.ods", TableUnsupported, {"format": "ods"}),
        ("badcolspan.html", TableUnsupported, {"format": "html"}),
        ("simple.zip", TableUnsupported, {"format": "zip"}),
        ("simple.unknown", TableEmpty, {}),
    ],
)
def test_other_formats_have_a_code(name: str, error: type[DomainError], params: dict[str, Any]) -> None:
    with pytest.raises(error) as refusal:
        read_table((HORROR / name).read_bytes())
    assert refusal.value.params == params


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", TableEmpty),
        (b" \r\n\t\n", TableEmpty),
        (b",,,\n,,\n", TableEmpty),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), TableEncrypted),
        (b"%PDF-1.7\n" + bytes(range(9)) * 50, TableUnsupported),
        (b'<?xml version="1.0"?><Workbook/>', TableUnsupported),
        (b"PK\x03\x04 not really", TableDamaged),
        (b'name,address\n"Unclosed,Suzhou\nNext,Wuxi\n', QuoteNotClosed),
    ],
)
def test_other_content_has_a_code(content: bytes, error: type[DomainError]) -> None:
    with pytest.raises(error):
        read_table(content)


def test_the_row_of_an_unclosed_quote_is_named() -> None:
    with pytest.raises(QuoteNotClosed) as refusal:
        read_table(b'a,b\n1,2\n3,"4\n5,6\n')
    assert refusal.value.params == {"row": 3}
    assert cells(read_table(b'a,b\n1,"two ""2"""')) == [["a", "b"], ["1", 'two "2"']]
    assert cells(read_table(b'a,b\n1,5" pipe')) == [["a", "b"], ["1", '5" pipe']]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_line_ends_and_delimiters(line_end: str, delimiter: str) -> None:
    wanted = [
        ["name", "address", "n"],
        ["A, Inc.", "1st floor\nroom 2", "1"],
        ["B", "", "2"],
        ["C", "x", "3"],
    ]
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(wanted)
    table = read_table(target.getvalue().encode())
    assert (table.delimiter, cells(table)) == (delimiter, wanted)
    assert [row.number for row in table.rows] == [1, 2, 3, 4]


def test_mixed_line_ends_blank_rows_and_a_hint_from_excel() -> None:
    table = read_table(b"sep=;\r\na;b\n\r\n1;2\r3;4")
    assert cells(table) == [["a", "b"], ["1", "2"], ["3", "4"]]
    assert table.delimiter == ";"


def test_characters_that_no_database_keeps_are_removed() -> None:
    assert cells(read_table(b"na\0me,address of it\x07\nx\x1f,\x7fsomewhere\n" + b"a,b\n" * 40))[:2] == [
        ["name", "address of it"],
        ["x", "somewhere"],
    ]


def test_limits_of_rows_columns_cells_and_bytes() -> None:
    limits = TableLimits(rows=2, columns=3, cell_characters=5, size_bytes=100)
    table = read_table(b"a,b,c\n1,2,3,4\n12345,123456,3\n", limits=limits)
    assert [row.problem for row in table.rows] == [
        None,
        ("too_many_columns", {"limit": 3}),
        ("cell_too_long", {"column": 2, "limit": 5}),
    ]
    assert read_table(b"a,b,c,,,\n1,2,3,,,\n", limits=limits).rows[1].problem is None
    with pytest.raises(TableTooLarge) as refusal:
        read_table(b"a\n1\n2\n3\n", limits=limits)
    assert refusal.value.params == {"what": "rows", "limit": 2}
    with pytest.raises(TableTooLarge):
        read_table(b"a" * 101, limits=limits)


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
        lambda part: part.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"),
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
    assert len(table.rows) == 8_547


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
