"""Every bad table becomes rows or one clear code."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from cairn.kernel.errors import DomainError
from cairn.kernel.tables import (
    QuoteNotClosed,
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
