"""Which points of a form are asked, which are still missing and which have failed.

Pure functions; `sync/vectors/checklists.json` holds the phone's twin in `screens/checklists/rules.ts` to the same.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from cairn.modules.checklists.shapes import FormPoint, PointAnswer

CHECKS = ("ok", "failed", "not_applicable")
JUDGED = frozenset({"check", "number", "choice"})
"""The kinds that can be in order or not."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Verdict(Struct, frozen=True, kw_only=True):
    """What the answers come to, points by their ids in the form's order.

    Counted are the points that were asked, can be in order or not, and apply.
    """

    shown: list[str]
    missing: list[str]
    """Asked, required, and not answered."""
    failed: list[str]
    in_order: int
    counted: int


def judge(points: Sequence[FormPoint], answers: Mapping[str, PointAnswer]) -> Verdict:
    """Go through a form from the top: a condition looks at earlier points that are asked themselves."""
    outcomes: dict[str, str | None] = {}
    shown, missing, failed = [], [], []
    counted = in_order = 0
    for point in points:
        condition = point.shown_if
        if condition is not None and outcomes.get(condition.point_id) != condition.answer:
            continue
        shown.append(point.id)
        answer = answers.get(point.id) or PointAnswer()
        outcome = outcomes[point.id] = outcome_of(point, answer)
        if point.required and point.kind != "section" and not is_answered(point, answer):
            missing.append(point.id)
        if has_failed(point, answer):
            failed.append(point.id)
        if point.kind in JUDGED and outcome != "not_applicable":
            counted += 1
            in_order += outcome is not None and point.id not in failed
    return Verdict(shown=shown, missing=missing, failed=failed, in_order=in_order, counted=counted)


def fault_of(points: Sequence[FormPoint]) -> str | None:
    """The id of the first point that nobody could fill as it is meant; None when the form is sound."""
    earlier: dict[str, FormPoint] = {}
    for point in points:
        condition = point.shown_if
        is_asked = condition is None or condition.answer in possible_outcomes(earlier, condition.point_id)
        if point.id in earlier or not is_asked or not _has_sound_limits(point) or not _has_sound_choices(point):
            return point.id
        earlier[point.id] = point
    return None


def _has_sound_limits(point: FormPoint) -> bool:
    if point.least is None or point.most is None:
        return point.kind == "number" or (point.least is None and point.most is None)
    return point.kind == "number" and point.least <= point.most


def _has_sound_choices(point: FormPoint) -> bool:
    choices = set(point.choices)
    is_unique = len(choices) == len(point.choices)
    return is_unique and set(point.failing) <= choices and bool(choices) == (point.kind == "choice")


def possible_outcomes(earlier: Mapping[str, FormPoint], point_id: str) -> Sequence[str]:
    """What a condition may ask of a point."""
    point = earlier.get(point_id)
    if point is None or point.kind not in JUDGED:
        return ()
    if point.kind == "choice":
        return point.choices
    return CHECKS if point.kind == "check" else CHECKS[:2]


def is_answered(point: FormPoint, answer: PointAnswer) -> bool:
    """Whether an answer is one to this point; what does not fit it is none."""
    value = answer.value
    match point.kind:
        case "check":
            return value in CHECKS
        case "number":
            return isinstance(value, int | float)
        case "choice":
            return value in point.choices
        case "date":
            return isinstance(value, str) and _is_date(value)
        case "photo":
            return bool(answer.photo_ids)
        case "signature":
            return bool(answer.photo_ids or answer.strokes)
        case "text":
            return isinstance(value, str) and bool(value.strip())
        case "section":
            return False


def has_failed(point: FormPoint, answer: PointAnswer) -> bool:
    """Whether what was found is not as it should be."""
    value = answer.value
    if not is_answered(point, answer):
        return False
    if point.kind == "number" and isinstance(value, int | float):
        return (point.least is not None and value < point.least) or (point.most is not None and value > point.most)
    return (point.kind == "check" and value == "failed") or (point.kind == "choice" and value in point.failing)


def outcome_of(point: FormPoint, answer: PointAnswer) -> str | None:
    """What conditions of later points ask about: the word of a check, the choice, whether a number is in order."""
    if point.kind not in JUDGED or not is_answered(point, answer):
        return None
    if point.kind == "number":
        return "failed" if has_failed(point, answer) else "ok"
    return str(answer.value)


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
