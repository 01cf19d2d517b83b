"""CPU time: of this process, and of others by the scheduler's own books."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

PROC = Path("/proc")
Clock = Callable[[], float]
"""Seconds of CPU so far."""


def own_cpu_s() -> float:
    return time.process_time()


def group_cpu(leader: int) -> Clock:
    """A server and its workers: everything in its process group."""
    return lambda: sum(_cpu_s(pid) for pid in [pid for pid, fields in _stats() if int(fields[2]) == leader])


def family_cpu(parent: int) -> Clock:
    """A process and its direct children: PostgreSQL's postmaster and its backends, as long as they live."""
    return lambda: _cpu_s(parent) + sum(_cpu_s(pid) for pid, fields in _stats() if int(fields[1]) == parent)


def _cpu_s(pid: int) -> float:
    """Nanosecond resolution: the usual counters tick a hundred times a second, too coarse for single requests."""
    total = 0
    try:
        for task in (PROC / str(pid) / "task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return total / 1e9


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
