"""Time as the protocol uses it: a seam for "now", and what a phone's clock is worth."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

SKEW_FLAG_AFTER = timedelta(minutes=5)


class Clock(Protocol):
    """Where "now" comes from; tests and simulations own one of their own."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class ManualClock:
    """A clock that moves only when it is told to."""

    current: datetime

    def now(self) -> datetime:
        return self.current

    def advance(self, seconds: float) -> None:
        self.current += timedelta(seconds=seconds)


def set_back(previous: datetime | None, at: datetime | None) -> bool:
    """Whether a device's clock was moved back between two mutations, which it numbers in the order it records them."""
    return previous is not None and at is not None and previous - at > SKEW_FLAG_AFTER
