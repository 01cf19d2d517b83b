"""Identifiers from a seed, so that a seed tells the same story twice."""

from random import Random
from uuid import UUID

from cairnsync.clock import ManualClock


class SeededIds:
    """Makes UUIDv7 (RFC 9562) of the simulation's own time and randomness."""

    def __init__(self, random: Random, clock: ManualClock) -> None:
        self._random = random
        self._clock = clock

    def __call__(self) -> UUID:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        bits = self._random.getrandbits(74)
        high, low = bits >> 62, bits & (2**62 - 1)
        return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)
