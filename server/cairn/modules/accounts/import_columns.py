"""Which column of a stranger's table holds what: by the words that people put over their columns."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import get_args

from msgspec import Struct

from cairn.kernel.coordinates import CoordinateSystem
from cairn.kernel.errors import DomainError
from cairn.kernel.tables import Row

# A title, a date and an empty line or two may stand above the header.
HEADER_WITHIN_ROWS = 20
SYSTEM_SUFFIX = re.compile(f"({'|'.join(get_args(CoordinateSystem))})$")

_WORDS = {
    "name": "name, customer, customer name, client, client name, account, account name, company, company name, "
    "store, store name, shop, shop name, organization, organisation, 名称, 名稱, 姓名, 客户, 客戶, 客户名, "
    "客户名称, 客戶名稱, 客户全称, 客户简称, 公司, 公司名, 公司名称, 公司名稱, 单位, 单位名称, 單位, 單位名稱, "
    "企业, 企业名称, 企業名稱, 店名, 店铺名称, 门店, 门店名称, 門店名稱, 商户名称, 网点名称",
    "address": "address, full address, addr, street, street address, location, city, province, state, district, "
    "addr city, addr street, addr housenumber, 地址, 详细地址, 詳細地址, 客户地址, 客戶地址, 公司地址, 单位地址, "
    "門店地址, 门店地址, 联系地址, 聯絡地址, 通讯地址, 住址, 所在地, 省, 省份, 市, 城市, 区, 區, 区县, 街道",
    "phone": "phone, phone number, telephone, telephone number, tel, mobile, mobile phone, cell, contact number, "
    "电话, 电话号码, 電話, 電話號碼, 联系电话, 聯絡電話, 联系方式, 聯絡方式, 手机, 手机号, 手机号码, 手機, "
    "手機號碼, 座机, 固定电话, 客户电话, 公司电话",
    "tags": "tags, tag, labels, label, category, categories, 标签, 標籤, 客户标签, 类别, 類別, 分类, 分類",
    "notes": "notes, note, remark, remarks, comment, comments, description, memo, 备注, 備註, 说明, 說明, 描述",
    "lat": "lat, latitude, y, 纬度, 緯度, y坐标, y坐標, y座标, y座標",
    "lon": "lon, lng, long, longitude, x, 经度, 經度, x坐标, x坐標, x座标, x座標",
    "position": "position, coordinates, lat lon, lat lng, lat long, 坐标, 坐標, 位置, 定位, 经纬度, 經緯度",
}
# When no heading is one of the words, one that ends like this will do, if it is the only one.
_ENDINGS = {"name": ("name", "名称", "名稱"), "phone": ("phone", "电话", "電話"), "address": ("address", "地址")}
# Columns of these fields are joined; of the others the first counts.
JOINED = {"address"}


def heading_key(heading: str) -> str:
    """A heading without case, blanks, punctuation and full-width forms."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(character for character in plain if character.isalnum())


_FIELDS = {heading_key(word): field for field, words in _WORDS.items() for word in words.split(",")}
FIELDS = tuple(_WORDS)


class NameColumnMissing(DomainError):
    """No heading says which column is the name. Params: `columns`, the headings that there are."""

    code = "import_name_column_missing"
    http_status = 422


class ColumnUnknown(DomainError):
    """A column was named that the file does not have. Params: `column`, `columns`."""

    code = "import_column_unknown"
    http_status = 422


class FieldUnknown(DomainError):
    """A column was assigned to a field that a customer does not have. Params: `field`, `fields`."""

    code = "import_field_unknown"
    http_status = 422


class Columns(Struct, frozen=True):
    """`fields`: indexes of columns by field; `system` if a heading such as "lon_gcj02" tells."""

    header_row: int
    headings: list[str]
    fields: dict[str, list[int]]
    system: CoordinateSystem | None = None

    @property
    def unused(self) -> list[str]:
        used = {index for indexes in self.fields.values() for index in indexes}
        return [heading for index, heading in enumerate(self.headings) if index not in used and heading]

    def of(self, field: str, cells: Sequence[str]) -> list[str]:
        """The cells of a field that are not empty."""
        return [cells[index] for index in self.fields.get(field, []) if index < len(cells) and cells[index]]


def find_columns(rows: Sequence[Row], chosen: Mapping[str, str]) -> Columns:
    """The header among the first rows that says most; `chosen` is a person's own field → heading.

    Raises NameColumnMissing, ColumnUnknown, FieldUnknown.
    """
    for field in chosen:
        if field not in FIELDS:
            raise FieldUnknown(field=field, fields=list(FIELDS))
    head = [row for row in rows[:HEADER_WITHIN_ROWS] if row.problem is None]
    candidates = [_columns_of(row, chosen) for row in head]
    named = [columns for columns in candidates if "name" in columns.fields]
    if named:
        return max(named, key=lambda columns: len(columns.fields))
    widest = max(candidates, key=lambda columns: len(columns.headings), default=None)
    headings = widest.headings if widest else []
    for heading in chosen.values():
        if heading_key(heading) not in map(heading_key, headings):
            raise ColumnUnknown(column=heading, columns=headings)
    raise NameColumnMissing(columns=headings)


def _columns_of(row: Row, chosen: Mapping[str, str]) -> Columns:
    keys = [heading_key(cell) for cell in row.cells]
    plain = [SYSTEM_SUFFIX.sub("", key) for key in keys]
    fields: dict[str, list[int]] = {}
    taken: set[int] = set()
    for field, heading in chosen.items():
        if heading_key(heading) in keys:
            fields[field] = [keys.index(heading_key(heading))]
            taken.update(fields[field])
    # Who names a column means these columns; a row that lacks them is not the header.
    if chosen and len(fields) < len(chosen):
        return Columns(row.number, row.cells, {})
    for index, key in enumerate(plain):
        found = _FIELDS.get(key) or _FIELDS.get(key.rstrip("0123456789"))
        if index in taken or found is None or found in chosen:
            continue
        if found in JOINED or found not in fields:
            fields.setdefault(found, []).append(index)
            taken.add(index)
    for field, endings in _ENDINGS.items():
        alike = [index for index, key in enumerate(plain) if key.endswith(endings) and index not in taken]
        if field not in fields and len(alike) == 1:
            fields[field] = alike
            taken.update(alike)
    return Columns(row.number, row.cells, fields, _system(keys, fields))


def _system(keys: Sequence[str], fields: Mapping[str, list[int]]) -> CoordinateSystem | None:
    for field in ("lat", "lon", "position"):
        for index in fields.get(field, []):
            found = SYSTEM_SUFFIX.search(keys[index])
            if found:
                return next(system for system in get_args(CoordinateSystem) if system == found[1])
    return None
