"""CPU time: of this process, and of others by the scheduler's own books."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
Clock = Callable[[], float]
"""Seconds of CPU so far."""


def own_cpu_s() -> float:
    return time.process_time()


def group_cpu(leader: int) -> Clock:
    """A server and its workers: everything in its process group."""
    return lambda: sum(_cpu_s(fields) for _, fields in _stats() if int(fields[2]) == leader)


def precise_group_cpu(leader: int) -> Clock:
    """The same to the nanosecond, without what has ended (proc(5), schedstat)."""

    def clock() -> float:
        mine = [pid for pid, fields in _stats() if int(fields[2]) == leader]
        tasks = [task for pid in mine for task in (PROC / str(pid) / "task").iterdir()]
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    return clock


def family_cpu(parent: int) -> Clock:
    """A process and its direct children, those that have ended too: PostgreSQL's postmaster and its backends."""

    def clock() -> float:
        total_s = 0.0
        for pid, fields in _stats():
            if pid == parent:
                total_s += _cpu_s(fields) + sum(map(int, fields[13:15])) / TICKS_PER_S
            elif int(fields[1]) == parent:
                total_s += _cpu_s(fields)
        return total_s

    return clock


def _cpu_s(fields: list[str]) -> float:
    """User and system time, threads that have ended included (proc(5), stat)."""
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def _stats() -> Iterator[tuple[int, list[str]]]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            yield int(entry.name), text.rpartition(")")[2].split()


class Stopwatch:
    """CPU seconds of some processes since it was made."""

    def __init__(self, clocks: Iterable[Clock]) -> None:
        self._clocks = list(clocks)
        self._begun = self._now()

    def _now(self) -> float:
        return sum(clock() for clock in self._clocks)

    def elapsed_s(self) -> float:
        return self._now() - self._begun
