"""Customers from real and from hostile tables: every row ready, a duplicate, or refused with a code."""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import openpyxl
import pytest

from cairn.kernel.coordinates import to_wgs84
from cairn.kernel.encodings import EncodingWrong
from cairn.kernel.errors import DomainError
from cairn.kernel.geodesy import geodesic_m
from cairn.kernel.tables import TableLimits
from cairn.modules.accounts.commands import CreateAccount
from cairn.modules.accounts.imports import CustomerImport, ImportOptions, duplicate_key, read_customers
from support.customer_tables import AT, only_args, read, refusal, table
from support.shared_data import shared_data

PLACES = shared_data("cn_places")
BAD = shared_data("bad_inputs", "csv_xlsx")
BAD_FILES = sorted(path for path in BAD.rglob("*.*") if path.suffix not in {".md", ".json"})


def assert_accepted_by_the_command(customers: CustomerImport) -> None:
    for row in customers.rows:
        if row.status == "ready":
            msgspec.convert({"id": str(uuid4()), **(row.args or {})}, CreateAccount)


@pytest.mark.parametrize(
    ("name", "encoding", "rows"),
    [
        ("starbucks_cn_stores.csv", "utf-8", 7_209),
        ("starbucks_cn_stores_500_gb18030.csv", "gb18030", 500),
    ],
)
def test_real_stores_with_shifted_coordinates(name: str, encoding: str, rows: int) -> None:
    content = (PLACES / name).read_bytes()
    customers = read(content)
    assert (customers.encoding, customers.coordinates, customers.count("ready")) == (encoding, "gcj02", rows)
    assert customers.columns["address"] == ["city", "address1", "address2", "address3"]
    assert customers.unused == ["store_id", "postal_code", "open_time", "close_time", "features", "has_artwork"]
    assert_accepted_by_the_command(customers)
    with io.StringIO(content.decode(encoding), newline="") as text:
        for source, row in zip(csv.DictReader(text), customers.rows, strict=True):
            assert row.args is not None
            position = row.args["position"]
            expected = to_wgs84(float(source["lat_gcj02"]), float(source["lon_gcj02"]), "gcj02")
            assert geodesic_m(position["lat"], position["lon"], *expected) < 0.02
            assert row.args["name"] == " ".join(source["name"].split())
            assert row.args["address"].endswith(" ".join(source["address3"].split())[-8:])


def test_addresses_of_real_stores_do_not_repeat_themselves() -> None:
    customers = read((PLACES / "starbucks_cn_stores.csv").read_bytes())
    addresses = [row.args["address"] for row in customers.rows if row.args]
    assert addresses[0] == "浙江省海宁市长安镇农发区启潮路199号"
    assert not [address for address in addresses if "上海市上海市" in address]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["江苏省", "苏州市", "工业园区星湖街1号"], "江苏省苏州市工业园区星湖街1号"),
        (["江苏省", "江苏省苏州市", "江苏省苏州市工业园区1号"], "江苏省苏州市工业园区1号"),
        (["上海市", "上海市上海市", "黄浦区南京东路1号"], "上海市黄浦区南京东路1号"),
        (["陕西省西安市", "西安市碑林区长安路2号"], "陕西省西安市碑林区长安路2号"),
        (["上海市南京东路1号", "上海市北京西路22号后门"], "上海市南京东路1号上海市北京西路22号后门"),
        (["London", "", "10 Downing Street"], "London, 10 Downing Street"),
        (["Paris", "Paris"], "Paris"),
        (["Main  Street", "5"], "Main Street, 5"),
    ],
)
def test_parts_of_an_address_are_joined(parts: list[str], expected: str) -> None:
    header = ["name", *(f"address{number}" for number in range(len(parts)))]
    assert only_args(table(header, ["A", *parts]))["address"] == expected


def test_the_option_overrules_the_heading() -> None:
    content = table(["name", "lon_gcj02", "lat_gcj02"], ["A", "120.6", "31.3"])
    assert only_args(content, coordinates="wgs84")["position"] == {
        "lat": 31.3,
        "lon": 120.6,
        "accuracy_m": 0.0,
        "fixed_at": "2026-11-20T02:00:00Z",
    }
    for system in ("gcj02", "bd09"):
        position = only_args(content, coordinates=system)["position"]
        shift_m = geodesic_m(31.3, 120.6, position["lat"], position["lon"])
        assert 300 < shift_m < 1_200
    plain = table(["name", "lon", "lat"], ["A", "120.6", "31.3"])
    assert only_args(plain)["position"]["lat"] == 31.3


def test_a_file_in_big5() -> None:
    content = (BAD / "messytables_horror" / "characters.csv").read_bytes()
    customers = read(content)
    assert (customers.encoding, customers.count("ready")) == ("cp950", 382)
    assert customers.rows[0].args is not None
    assert customers.rows[0].args["name"] == "雲嘉南濱海國家風景區管理處"
    assert customers.rows[0].args["phone"] == "886-6-7861000"
    assert_accepted_by_the_command(customers)
    assert read(content, encoding="big5").rows == customers.rows
    with pytest.raises(EncodingWrong):
        read(content, encoding="utf-8")


@pytest.mark.parametrize("path", BAD_FILES, ids=lambda path: str(path.name))
@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_every_bad_file_is_rows_or_a_code(path: Path) -> None:
    try:
        customers = read(path.read_bytes())
    except DomainError:
        return
    assert_accepted_by_the_command(customers)
    assert all(row.code for row in customers.rows if row.status != "ready")


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_what_becomes_of_all_the_bad_files() -> None:
    outcomes: Counter[str] = Counter()
    for path in BAD_FILES:
        try:
            read(path.read_bytes())
            outcomes["read"] += 1
        except DomainError as error:
            outcomes[error.code] += 1
    assert outcomes == {"read": 2, "import_name_column_missing": 31, "table_unsupported": 8, "table_empty": 2}


@pytest.mark.parametrize(
    ("cell", "heading"),
    [
        ("31.3, 120.6", "position"),
        ("120.6,31.3", "坐标"),
        ("120.6，31.3", "经纬度"),
        ("(31.3 120.6)", "coordinates"),
        ("lat: 31.3 lon: 120.6", "位置"),
    ],
)
def test_both_numbers_in_one_column(cell: str, heading: str) -> None:
    position = only_args(table(["name", heading], ["A", cell]))["position"]
    assert (position["lat"], position["lon"]) == (31.3, 120.6)


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        ("３１．３", "１２０．６", (31.3, 120.6)),
        ("31,3", "120,6", (31.3, 120.6)),
        ("31.3° N", "120.6 E", (31.3, 120.6)),
        ("33.9S", "70.6W", (-33.9, -70.6)),
        ("-33.9", "-70.6", (-33.9, -70.6)),
        ("90", "180", (90.0, 180.0)),
        ("1e1", "2E+1", (10.0, 20.0)),
    ],
)
def test_numbers_as_people_write_them(lat: str, lon: str, expected: tuple[float, float]) -> None:
    position = only_args(table(["name", "lat", "lon"], ["A", lat, lon]))["position"]
    assert (position["lat"], position["lon"]) == expected


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("0", "0"),
        ("NaN", "120.6"),
        ("inf", "120.6"),
        ("90.001", "120.6"),
        ("31.3", "180.001"),
        ("120.6", "31.3"),
        ("31.3", ""),
        ("", "120.6"),
        ("31° 18′", "120° 36′"),
        ("1e999", "1"),
        ("=31", "120"),
        ("31.3.1", "120"),
    ],
)
def test_positions_that_are_none_are_refused(lat: str, lon: str) -> None:
    assert refusal(table(["name", "lat", "lon"], ["A", lat, lon])) == ("position_invalid", {"lat": lat, "lon": lon})


def test_no_position_is_no_fault() -> None:
    for nothing in ("", "-", "null", "N/A", "无"):
        assert "position" not in only_args(table(["name", "lat", "lon"], ["A", nothing, nothing]))


@pytest.mark.parametrize(
    ("field", "content", "expected"),
    [
        ("name", "x" * 201, ("too_long", {"field": "name", "limit": 200})),
        ("address", "x" * 501, ("too_long", {"field": "address", "limit": 500})),
        ("phone", "1" * 51, ("too_long", {"field": "phone", "limit": 50})),
        ("tags", "x" * 41, ("too_long", {"field": "tags", "limit": 40})),
        ("tags", ",".join(map(str, range(51))), ("too_many_tags", {"limit": 50})),
        ("notes", "x" * 10_001, ("cell_too_long", {"column": 2, "limit": 10_000})),
        ("name", "", ("name_missing", {})),
        ("name", " … ", ("name_missing", {})),
    ],
)
def test_limits_are_the_commands(field: str, content: str, expected: tuple[str, dict[str, Any]]) -> None:
    header = ["name", "extra"] if field == "name" else ["name", field]
    cells = [content, "x"] if field == "name" else ["A", content]
    assert refusal(table(header, cells)) == expected


def test_the_longest_values_fit_the_command() -> None:
    row = ["x" * 200, "y" * 500, "1" * 50, ",".join(f"{number:040}" for number in range(50)), "z" * 10_000]
    customers = read(table(["name", "address", "phone", "tags", "notes"], row))
    assert customers.count("ready") == 1
    assert_accepted_by_the_command(customers)


def test_duplicates_within_the_file_and_with_what_exists() -> None:
    content = table(
        ["name", "address", "lat", "lon"],
        ["Chenghu Cooling", "1 Lake Rd.", "", ""],
        ["ＣＨＥＮＧＨＵ  cooling", "1 lake rd", "", ""],
        ["Chenghu Cooling", "2 Lake Rd.", "", ""],
        ["Known", "There", "", ""],
        ["Springfield", "", "31.3", "120.6"],
        ["Springfield", "", "31.30001", "120.60001"],
        ["Springfield", "", "39.8", "-89.6"],
    )
    customers = read(content, known={duplicate_key("known", "THERE", None)})
    assert [(row.status, row.params) for row in customers.rows] == [
        ("ready", {}),
        ("duplicate", {"row": 2}),
        ("ready", {}),
        ("duplicate", {}),
        ("ready", {}),
        ("duplicate", {"row": 6}),
        ("ready", {}),
    ]


def test_one_bad_row_does_not_stop_the_others() -> None:
    limits = TableLimits(columns=3)
    content = b"name,lat,lon\nA,31.3,120.6\nB,1,2,3,4\n,1,2\nC,0,0\nD,31.3,120.6\n"
    customers = read_customers(content, ImportOptions(), at=AT, limits=limits)
    assert [(row.number, row.status, row.code) for row in customers.rows] == [
        (2, "ready", None),
        (3, "refused", "too_many_columns"),
        (4, "refused", "name_missing"),
        (5, "refused", "position_invalid"),
        (6, "ready", None),
    ]


def test_a_workbook_with_numbers_and_formulas() -> None:
    book = openpyxl.Workbook()
    book.active.append(["客户名称", "电话", "纬度", "经度"])
    book.active.append(['=HYPERLINK("http://example.com")', 13812345678, 31.3, 120.6])
    target = io.BytesIO()
    book.save(target)
    args = only_args(target.getvalue())
    assert (args["name"], args["phone"]) == ('=HYPERLINK("http://example.com")', "13812345678")


def test_naughty_names_are_text_and_nothing_else() -> None:
    text = shared_data("bad_inputs", "naughty_strings", "blns.json").read_text(encoding="utf-8")
    strings: list[str] = msgspec.json.decode(text)
    customers = read(table(["name", "notes"], *([string, string] for string in strings)))
    assert_accepted_by_the_command(customers)
    assert {row.code for row in customers.rows} <= {None, "name_missing", "too_long", "duplicate"}
    assert customers.count("ready") > 400
