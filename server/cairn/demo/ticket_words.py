"""What customers ask the service for, and what is written down about it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One kind of request, with the reports that may come of it."""

    type: str
    title: str
    description: str
    product: str
    reports: Mapping[str, str]
    comments: Mapping[bool, str]


_CHINESE_COMMENTS = {True: "来得快，说得清楚。", False: "第二天又出现了，希望尽快再来。"}
_ENGLISH_COMMENTS = {True: "Came quickly and explained it well.", False: "It came back the next day."}
_CHINESE_WAITS = {
    "waiting_parts": "已确认故障件，仓库无货，等配件到货后再上门。",
    "waiting_customer": "客户库房未腾空，约好腾空后再来。",
}
_ENGLISH_WAITS = {
    "waiting_parts": "Found the broken part; it is not in stock and has been ordered.",
    "waiting_customer": "The cold room was still full; they call when it is empty.",
}

CHINESE = (
    Problem(
        *("repair", "冷库温度降不下来", "昨晚起库温停在 4 度，机组一直运转。", "冷凝机组 CU-20"),
        {"done": "冷凝器积灰严重，清洗后高压恢复正常，库温回到 -18 度。", **_CHINESE_WAITS},
        _CHINESE_COMMENTS,
    ),
    Problem(
        *("repair", "压缩机异响", "开机十分钟后有金属敲击声。", "压缩机 SC-8"),
        {"done": "紧固管路支架，更换减振垫，异响消失。", **_CHINESE_WAITS},
        _CHINESE_COMMENTS,
    ),
    Problem(
        *("inspection", "季度巡检", "按合同巡检两套机组和库门。", "冷库 A、B"),
        {"done": "两套机组运行正常，库门密封条建议下次更换。", **_CHINESE_WAITS},
        _CHINESE_COMMENTS,
    ),
    Problem(
        *("installation", "新冷风机安装", "旧机已拆，电源已到位。", "冷风机 DD-30"),
        {"done": "安装并试运行两小时，化霜正常，已交接。", **_CHINESE_WAITS},
        _CHINESE_COMMENTS,
    ),
)

ENGLISH = (
    Problem(
        *("repair", "Cold room does not cool", "Stuck at 4 °C since last night, the unit never stops.", "CU-20"),
        {"done": "Condenser was full of dust; cleaned, pressures normal, back at -18 °C.", **_ENGLISH_WAITS},
        _ENGLISH_COMMENTS,
    ),
    Problem(
        *("technical_support", "Controller shows E4", "Display shows E4 after every defrost.", "Controller EC-2"),
        {"done": "Defrost sensor was loose; fixed and tested over two cycles.", **_ENGLISH_WAITS},
        _ENGLISH_COMMENTS,
    ),
)

COMPLAINTS = {
    False: Problem(
        *("complaint", "投诉：上次维修后仍漏水", "化霜水流到库内地面，客户要求当天处理。", "冷风机 DD-30"),
        {"done": "排水管坡度不足，重新固定并加热保温，当场试验两次不再漏水，已向客户致歉。", **_CHINESE_WAITS},
        _CHINESE_COMMENTS,
    ),
    True: Problem(
        *("complaint", "Complaint: still leaking after the repair", "Defrost water on the cold room floor.", "DD-30"),
        {"done": "The drain had too little fall; fixed and insulated, tested twice, apologised.", **_ENGLISH_WAITS},
        _ENGLISH_COMMENTS,
    ),
}
