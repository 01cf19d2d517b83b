"""How what was asked and found is written for people, in the report and in follow-up tickets."""

from collections.abc import Mapping

from cairn.modules.checklists.shapes import FormPoint, PointAnswer
from cairn.modules.tickets.report_words import Language

WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "ok": "合格",
        "failed": "不合格",
        "not_applicable": "不适用",
        "photos": "{count} 张照片",
        "signed": "已签字",
        "signed_by": "{name} 已签字",
        "limits": "应为 {range}",
        "not_answered": "未填写",
        "summary": "{in_order} / {counted} 项合格",
    },
    "en": {
        "ok": "OK",
        "failed": "Failed",
        "not_applicable": "Not applicable",
        "photos": "Photos: {count}",
        "signed": "Signed",
        "signed_by": "Signed by {name}",
        "limits": "should be {range}",
        "not_answered": "Not filled in",
        "summary": "{in_order} of {counted} points in order",
    },
}
SIGNIFICANT_DIGITS = 12


def number_words(value: float) -> str:
    """As people write it: no trailing zeros, and a real minus."""
    return f"{value:.{SIGNIFICANT_DIGITS}g}".replace("-", "−")


def found_words(point: FormPoint, answer: PointAnswer, language: Language) -> str:
    """What was answered, empty where nothing was."""
    words, value = WORDS[language], answer.value
    match point.kind:
        case "number" if isinstance(value, int | float):
            return _with_unit(number_words(value), point)
        case "check" if value in words:
            return words[str(value)]
        case "photo" if answer.photo_ids:
            return words["photos"].format(count=len(answer.photo_ids))
        case "signature" if answer.photo_ids or answer.strokes:
            return words["signed_by"].format(name=value) if value else words["signed"]
        case _:
            return value if isinstance(value, str) else ""


def limit_words(point: FormPoint, language: Language) -> str:
    """What a number should be, empty where it has no limits."""
    if point.least is None and point.most is None:
        return ""
    least, most = (None if limit is None else number_words(limit) for limit in (point.least, point.most))
    span = f"≥ {least}" if most is None else f"≤ {most}" if least is None else f"{least} … {most}"
    return WORDS[language]["limits"].format(range=_with_unit(span, point))


def _with_unit(text: str, point: FormPoint) -> str:
    return f"{text} {point.unit}" if point.unit else text
