"""The table that `make bench` prints: what was measured, its budget, and whether it is met."""

import operator
from collections.abc import Callable
from dataclasses import dataclass, field

COMPARISONS: dict[str, Callable[[float, float], bool]] = {"≤": operator.le, "≥": operator.ge}
WIDTHS = (62, 12, 14, 14, 6)


@dataclass(frozen=True)
class Row:
    """One line; `goal` is the stricter budget of "Sync that holds"."""

    what: str
    value: float
    unit: str
    comparison: str
    budget: float
    goal: float
    details: str = ""

    @property
    def is_met(self) -> bool:
        return COMPARISONS[self.comparison](self.value, self.budget)

    @property
    def reaches_goal(self) -> bool:
        return COMPARISONS[self.comparison](self.value, self.goal)


@dataclass
class Report:
    """Prints each line as soon as it is known."""

    rows: list[Row] = field(default_factory=list)

    def begin(self, title: str) -> None:
        print(f"\n{title}\n" + line("what", "measured", "must", "goal", "met"), flush=True)
        print("-" * (sum(WIDTHS) + len(WIDTHS)))

    def add(self, row: Row) -> None:
        self.rows.append(row)
        met = "goal" if row.reaches_goal else "yes" if row.is_met else "NO"
        budget, goal = (f"{row.comparison} {number(limit)} {row.unit}" for limit in (row.budget, row.goal))
        print(line(row.what, f"{number(row.value)} {row.unit}", budget, goal, met))
        if row.details:
            print(f"    {row.details}")
        print(end="", flush=True)

    def note(self, words: str) -> None:
        print(f"    {words}", flush=True)

    def summary(self) -> str:
        missed = [row.what for row in self.rows if not row.is_met]
        goals = sum(row.reaches_goal for row in self.rows)
        words = f"\n{len(self.rows) - len(missed)} of {len(self.rows)} budgets met, {goals} of them to the goal."
        return words + "".join(f"\n  not met: {what}" for what in missed)


def line(*cells: str) -> str:
    return " ".join(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}".rstrip("0").rstrip(".")
