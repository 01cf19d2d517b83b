"""Customers from a table: each row becomes the args of `accounts.create`, a duplicate or a refusal with a code.

Pure reading, nothing is written; it computes and blocks: call it in a thread.
"""

import math
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from cairn.kernel.coordinates import CoordinateSystem, to_wgs84
from cairn.kernel.tables import DEFAULT_LIMITS, Row, TableLimits, read_table
from cairn.modules.accounts.import_columns import Columns, find_columns, heading_key
from cairn.modules.accounts.shapes import Address, Name, Phone, Tag, Tags, Text

Status = Literal["ready", "duplicate", "refused"]
RefusalCode = Literal[
    "name_missing", "too_long", "too_many_tags", "position_invalid", "too_many_columns", "cell_too_long"
]


def _longest(shape: Any) -> int:
    info = msgspec.inspect.type_info(shape)
    if not isinstance(info, msgspec.inspect.StrType | msgspec.inspect.ListType) or info.max_length is None:
        raise TypeError(f"{shape} has no greatest length")
    return info.max_length


# The limits are those of the command, so that a row that is ready will not be refused for its shape.
LONGEST = {"name": _longest(Name), "address": _longest(Address), "phone": _longest(Phone), "notes": _longest(Text)}
LONGEST_TAG, MOST_TAGS = _longest(Tag), _longest(Tags)

TAG_SEPARATORS = re.compile(r"[,;，；、|\n]+")
TWO_NUMBERS = re.compile(r"[^\d.+-]*([+-]?[\d.]+)[^\d.+-]+([+-]?[\d.]+)\D*")
NUMBER = re.compile(r"([+-]?\d+(?:[.,]\d+)?(?:E[+-]?\d+)?)°?([NSEW]?)", re.IGNORECASE)
NOTHING = {"", "-", "--", "—", "/", "null", "none", "nil", "n/a", "na", "无", "無", "暂无"}
DOUBLED_PLACE = re.compile(r"^(\w{1,8}?[省市区])\1")
PLACE_NAMES = re.compile(r"(?:\w{1,8}?[省市区县州盟])+")
# Half a centimetre; more decimals are noise of the conversion.
DECIMALS = 7


class ImportOptions(Struct, frozen=True, kw_only=True):
    """`coordinates` overrules what a heading says; `columns` is field → heading, see `import_columns.FIELDS`."""

    coordinates: CoordinateSystem | None = None
    encoding: str | None = None
    sheet: str | None = None
    columns: dict[str, str] = {}


class ImportRow(Struct, frozen=True):
    """`number` as in a spreadsheet; `args` of accounts.create without the id, when ready."""

    number: int
    status: Status
    name: str
    code: str | None = None
    params: dict[str, Any] = {}
    args: dict[str, Any] | None = None


class CustomerImport(Struct, frozen=True, kw_only=True):
    """What was understood of the file, for a person to check, and its rows in order."""

    filetype: str
    encoding: str | None
    delimiter: str | None
    coordinates: CoordinateSystem
    columns: dict[str, list[str]]
    unused: list[str]
    rows: list[ImportRow]

    def count(self, status: Status) -> int:
        return sum(row.status == status for row in self.rows)


class _Refused(Exception):
    def __init__(self, code: RefusalCode, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def read_customers(
    content: bytes,
    options: ImportOptions,
    *,
    at: datetime,
    known: Collection[str] = (),
    limits: TableLimits = DEFAULT_LIMITS,
) -> CustomerImport:
    """Read a whole file; `at` dates the positions, `known` are the `duplicate_key`s of customers that exist.

    Raises what concerns the file as a whole: TableError, EncodingUnknown, EncodingWrong, and what `find_columns`
    raises. What concerns a row is said in its ImportRow.
    """
    table = read_table(content, options.encoding, options.sheet, limits)
    columns = find_columns(table.rows, options.columns)
    system = options.coordinates or columns.system or "wgs84"
    seen: dict[str, int | None] = dict.fromkeys(known)
    rows = [_import_row(row, columns, system, at, seen) for row in table.rows if row.number > columns.header_row]
    return CustomerImport(
        filetype=table.filetype,
        encoding=table.encoding,
        delimiter=table.delimiter,
        coordinates=system,
        columns={field: [columns.headings[index] for index in indexes] for field, indexes in columns.fields.items()},
        unused=columns.unused,
        rows=rows,
    )


def duplicate_key(name: str, address: str | None, position: Mapping[str, Any] | None) -> str:
    """Equal for two customers of the same name at the same address, or, without one, within some 100 m."""
    plain_name = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    place = heading_key(address or "")
    if not place and position:
        place = f"{position['lat']:.3f} {position['lon']:.3f}"
    return f"{plain_name}|{place}"


def _import_row(
    row: Row, columns: Columns, system: CoordinateSystem, at: datetime, seen: dict[str, int | None]
) -> ImportRow:
    name = " ".join(next(iter(columns.of("name", row.cells)), "").split())[: LONGEST["name"]]
    if row.problem is not None:
        code, params = row.problem
        return ImportRow(row.number, "refused", name, code, params)
    try:
        args = _args(row.cells, columns, system, at)
    except _Refused as refused:
        return ImportRow(row.number, "refused", name, refused.code, refused.params)
    key = duplicate_key(args["name"], args.get("address"), args.get("position"))
    if key in seen:
        first = seen[key]
        return ImportRow(row.number, "duplicate", name, "duplicate", {} if first is None else {"row": first})
    seen[key] = row.number
    return ImportRow(row.number, "ready", name, args=args)


def _args(cells: Sequence[str], columns: Columns, system: CoordinateSystem, at: datetime) -> dict[str, Any]:
    name = next(iter(columns.of("name", cells)), "")
    # A name of signs only could be found by nobody.
    if not heading_key(name):
        raise _Refused("name_missing")
    args: dict[str, Any] = {"name": " ".join(name.split())}
    if address := _joined_address(columns.of("address", cells)):
        args["address"] = address
    if (phone := next(iter(columns.of("phone", cells)), "")).lower() not in NOTHING:
        args["phone"] = phone
    if notes := next(iter(columns.of("notes", cells)), ""):
        args["notes"] = notes
    for field, limit in LONGEST.items():
        if len(args.get(field, "")) > limit:
            raise _Refused("too_long", field=field, limit=limit)
    if tags := _tags(columns.of("tags", cells)):
        args["tags"] = tags
    if position := _position(cells, columns, system):
        args["position"] = {
            "lat": position[0],
            "lon": position[1],
            "accuracy_m": 0.0,
            "fixed_at": at.isoformat().replace("+00:00", "Z"),
        }
    return args


def _tags(cells: Sequence[str]) -> list[str]:
    found = [tag.strip() for cell in cells for tag in TAG_SEPARATORS.split(cell)]
    tags = list(dict.fromkeys(tag for tag in found if tag.lower() not in NOTHING))
    if len(tags) > MOST_TAGS:
        raise _Refused("too_many_tags", limit=MOST_TAGS)
    if any(len(tag) > LONGEST_TAG for tag in tags):
        raise _Refused("too_long", field="tags", limit=LONGEST_TAG)
    return tags


def _joined_address(parts: Sequence[str]) -> str:
    """One address from province, city and street, which often repeat each other."""
    address = ""
    for part in parts:
        part = DOUBLED_PLACE.sub(r"\1", " ".join(part.split()))
        if address in part or _same_province(address, part):
            address = part
        elif part not in address:
            address = _overlapped(address, part)
    return address


def _same_province(address: str, part: str) -> bool:
    """Only a province and city stand there, and the part begins with the same province: it says it all."""
    province = re.match(r"\w{2,8}?[省市]", part)
    return bool(province and address.startswith(province[0]) and PLACE_NAMES.fullmatch(address))


def _overlapped(address: str, part: str) -> str:
    for length in range(min(len(address), len(part)), 1, -1):
        if address.endswith(part[:length]):
            return address + part[length:]
    glue = "" if ord(part[0]) > 0x2E7F or ord(address[-1]) > 0x2E7F else ", "
    return address + glue + part


def _position(cells: Sequence[str], columns: Columns, system: CoordinateSystem) -> tuple[float, float] | None:
    lat_text, lon_text = (next(iter(columns.of(field, cells)), "") for field in ("lat", "lon"))
    both = next(iter(columns.of("position", cells)), "")
    if lat_text.lower() in NOTHING and lon_text.lower() in NOTHING:
        if both.lower() in NOTHING:
            return None
        lat_text, lon_text = _split_position(both, columns)
    lat, lon = _degrees(lat_text, "S"), _degrees(lon_text, "W")
    # Also refuses NaN, with which every comparison is false; 0, 0 is what a missing position turns into.
    if not (abs(lat) <= 90 and abs(lon) <= 180) or (lat == 0 and lon == 0):
        raise _Refused("position_invalid", lat=lat_text[:40], lon=lon_text[:40])
    lat, lon = to_wgs84(lat, lon, system)
    return round(lat, DECIMALS), round(lon, DECIMALS)


def _split_position(text: str, columns: Columns) -> tuple[str, str]:
    """Latitude and longitude of one cell, whichever comes first: beyond 90 it can only be the longitude."""
    found = TWO_NUMBERS.fullmatch(unicodedata.normalize("NFKC", text))
    if found is None:
        return text, ""
    first, second = found[1], found[2]
    heading = columns.headings[columns.fields["position"][0]]
    longitude_first = abs(_degrees(first, "")) > 90 or (
        heading.startswith(("经", "經")) and not abs(_degrees(second, "")) > 90
    )
    return (second, first) if longitude_first else (first, second)


def _degrees(text: str, negative: str) -> float:
    """NaN for what is no number."""
    found = NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if found is None:
        return math.nan
    degrees = float(found[1].replace(",", "."))
    return -abs(degrees) if negative and found[2].upper() == negative else degrees
