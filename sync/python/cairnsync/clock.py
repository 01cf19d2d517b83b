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


@dataclass(frozen=True, slots=True)
class Skew:
    """How far a device's clock was behind the server's when it sent a request (negative: ahead)."""

    amount: timedelta

    @classmethod
    def seen(cls, sent_at: datetime, received_at: datetime) -> "Skew":
        return cls(received_at - sent_at)

    @property
    def is_odd(self) -> bool:
        return abs(self.amount) > SKEW_FLAG_AFTER

    def correct(self, at: datetime, received_at: datetime) -> datetime:
        """The device's time on the server's clock; nothing can have happened after its receipt."""
        try:
            return min(at + self.amount, received_at)
        except OverflowError:
            return received_at
