"""How long to wait before asking again: growing, spread by chance, and never less than the server asked for."""

from collections.abc import Callable

Chance = Callable[[], float]
"""Evenly in [0, 1)."""
FIRST_S = 1.0
LONGEST_S = 300.0


def back_off_s(attempt: int, chance: Chance, asked_s: float = 0.0) -> float:
    """Seconds: doubles per attempt from 0 on, drawn between half of that and all of it, behind what was asked."""
    ceiling = min(LONGEST_S, FIRST_S * 2.0 ** min(attempt, 30))
    return asked_s + ceiling * (0.5 + chance() / 2)
