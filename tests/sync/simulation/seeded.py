"""Time and identifiers that the simulation owns."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sync.simulation.loop import SeededLoop


class TrueClock:
    """The time that the servers go by."""

    def __init__(self, loop: SeededLoop, begin: datetime) -> None:
        self._loop, self._begin, self._offset_s = loop, begin, loop.time()

    def now(self) -> datetime:
        return self._begin + timedelta(milliseconds=round(1000 * (self._loop.time() - self._offset_s)))


class SeededIds:
    """Makes UUIDv7 (RFC 9562) of the simulation's own time and of the dice of the present step."""

    def __init__(self, clock: TrueClock) -> None:
        self.random = Random(0)
        self._clock = clock

    def __call__(self) -> UUID:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        bits = self.random.getrandbits(74)
        high, low = bits >> 62, bits & (2**62 - 1)
        return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)
