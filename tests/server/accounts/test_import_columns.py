"""Which column holds what: by headings in both languages, or by a person's own choice."""

import pytest

from cairn.modules.accounts.import_columns import ColumnUnknown, FieldUnknown, NameColumnMissing
from support.customer_tables import read, table
from support.shared_data import shared_data

BAD = shared_data("bad_inputs", "csv_xlsx")


def test_any_column_can_be_chosen_as_the_name() -> None:
    content = (BAD / "messytables_horror" / "simple.xlsx").read_bytes()
    customers = read(content, columns={"name": "Place", "notes": "temperature"})
    assert customers.columns == {"name": ["place"], "notes": ["temperature"]}
    assert [row.status for row in customers.rows[:2]] == ["ready", "duplicate"]
    with pytest.raises(ColumnUnknown) as unknown:
        read(content, columns={"name": "nowhere"})
    assert unknown.value.params == {"column": "nowhere", "columns": ["date", "temperature", "place"]}
    with pytest.raises(FieldUnknown):
        read(content, columns={"colour": "place"})
    with pytest.raises(NameColumnMissing) as missing:
        read(content, columns={"notes": "temperature"})
    assert missing.value.params == {"columns": ["date", "temperature", "place"]}


@pytest.mark.parametrize(
    "header",
    [
        ["客户名称", "详细地址", "联系电话", "标签", "备注", "纬度", "经度"],
        ["客戶名稱", "詳細地址", "聯絡電話", "標籤", "備註", "緯度", "經度"],
        ["Customer Name", "ADDRESS", "Phone-Number", "Labels", "Remarks:", "Latitude", "Lng"],
        [" 名称 ", "地址(必填)".replace("(必填)", ""), "电话", "标签", "说明", "lat", "ＬＯＮ"],
    ],
)
def test_headings_in_both_languages(header: list[str]) -> None:
    content = table(
        ["客户清单 2026"],
        [],
        header,
        ["澄湖 制冷", "工业园区1号", "0512-5550101", "VIP；冷库,老客户", "a\nb", "31.3", "120.6"],
    )
    customers = read(content)
    assert customers.rows[0].number == 4
    args = dict(customers.rows[0].args or {})
    assert args.pop("position")["lon"] == 120.6
    assert args == {
        "name": "澄湖 制冷",
        "address": "工业园区1号",
        "phone": "0512-5550101",
        "tags": ["VIP", "冷库", "老客户"],
        "notes": "a\nb",
    }
