"""Identifiers that are the same for the same day: UUIDv7 of a given moment, the rest from a seeded generator."""

from datetime import datetime
from random import Random
from uuid import UUID

from cairnsync.clock import Clock


def id_at(moment: datetime, random: Random) -> UUID:
    """A UUIDv7 (RFC 9562, 5.7) made at a moment."""
    milliseconds = int(moment.timestamp() * 1000)
    rest = random.getrandbits(74)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | ((rest >> 62) << 64) | (0b10 << 62) | (rest & (2**62 - 1)))


class SeededIds:
    """What the server makes ids with while it makes the company."""

    def __init__(self, clock: Clock, random: Random) -> None:
        self._clock, self._random = clock, random

    def __call__(self) -> UUID:
        return id_at(self._clock.now(), self._random)
