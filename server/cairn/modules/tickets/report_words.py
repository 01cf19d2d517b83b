"""The words of a service report, and how its languages write times."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

Language = Literal["zh", "en"]

_CHINESE = {
    "title": "服务报告",
    "number": "工单号",
    "customer": "客户",
    "place": "地点",
    "contact": "联系人",
    "type": "类型",
    "product": "产品或订单",
    "asked": "报修时间",
    "finished": "完工时间",
    "solved": "是否解决",
    "yes": "是",
    "no": "否",
    "request": "客户需求",
    "work": "处理情况",
    "times": "服务时间",
    "technician": "服务人员",
    "from": "签到",
    "until": "签退",
    "pauses": "暂停",
    "minutes": "分钟",
    "total": "合计",
    "unknown": "未记录",
    "inspected": "检查",
    "point": "检查项",
    "found": "结果",
    "photos": "照片",
    "before": "维修前",
    "after": "维修后",
    "other": "现场",
    "photos_awaited": "另有 {count} 张照片尚未上传。",
    "more": "另有 {count} 条未列出。",
    "signature": "客户确认",
    "signed_by": "签字人",
    "signed_at": "确认时间",
    "refused": "客户未签字",
    "rating": "客户评价",
    "satisfaction": "满意度",
    "of_five": "{count} / 5",
    "comment": "客户的话",
    "made": "制表时间",
    "page": "第 {page} 页，共 {pages} 页",
    "installation": "安装",
    "repair": "维修",
    "technical_support": "技术支持",
    "inspection": "巡检",
    "complaint": "投诉",
}
_ENGLISH = {
    "title": "Service report",
    "number": "Ticket",
    "customer": "Customer",
    "place": "Place",
    "contact": "Contact",
    "type": "Type",
    "product": "Product or order",
    "asked": "Asked for",
    "finished": "Finished",
    "solved": "Solved",
    "yes": "Yes",
    "no": "No",
    "request": "What was asked for",
    "work": "What was done",
    "times": "Time of service",
    "technician": "Technician",
    "from": "Signed in",
    "until": "Signed out",
    "pauses": "Pauses",
    "minutes": "Minutes",
    "total": "Total",
    "unknown": "not recorded",
    "inspected": "Inspection",
    "point": "Point",
    "found": "Found",
    "photos": "Photos",
    "before": "Before",
    "after": "After",
    "other": "On site",
    "photos_awaited": "Photos that have not arrived yet: {count}.",
    "more": "Not listed: {count} more.",
    "signature": "Customer's confirmation",
    "signed_by": "Signed by",
    "signed_at": "Shown to them",
    "refused": "The customer did not sign",
    "rating": "Customer's rating",
    "satisfaction": "Satisfaction",
    "of_five": "{count} of 5",
    "comment": "Customer's words",
    "made": "Printed",
    "page": "Page {page} of {pages}",
    "installation": "Installation",
    "repair": "Repair",
    "technical_support": "Technical support",
    "inspection": "Inspection",
    "complaint": "Complaint",
}
WORDS: Mapping[Language, Mapping[str, str]] = {"zh": _CHINESE, "en": _ENGLISH}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def language_of(locale: str) -> Language:
    """The nearest language that is written here."""
    return "zh" if locale.lower().startswith("zh") else "en"


def moment_words(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """A time as people of the organization write it, on its own clock."""
    local = at.astimezone(zone)
    if language == "zh":
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"
