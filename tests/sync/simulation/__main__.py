"""`make simulate`: many seeds at once, seeds per minute, and of what fails the shortest script, as a vector."""

import argparse
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sync.simulation.planting import PHONE_FAULTS, SERVER_FAULTS, catch
from sync.simulation.runner import work


def main() -> int:
    """0 when every promise held, or every fault was seen."""
    arguments = _arguments()
    return catch_faults(arguments) if arguments.faults is not None else run_seeds(arguments)


def catch_faults(arguments: argparse.Namespace) -> int:
    """Plant each, and tell by which seed it was seen."""
    names = arguments.faults or [*SERVER_FAULTS, *PHONE_FAULTS]
    context = multiprocessing.get_context("spawn")
    missed = 0
    with ProcessPoolExecutor(arguments.workers, mp_context=context) as pool:
        for name, seed, by in pool.map(catch, names):
            missed += seed is None
            print(f"{name:<32} {'NOT SEEN' if seed is None else f'seen by seed {seed:>3}: {by}'}", flush=True)
    print(f"{len(names) - missed} of {len(names)} faults were seen")
    return 1 if missed else 0


def run_seeds(arguments: argparse.Namespace) -> int:
    """All of them, shared among processes."""
    workers = arguments.workers
    context = multiprocessing.get_context("spawn")
    found: Any = context.Queue()
    began = time.monotonic()
    deadline = began + 3600 * arguments.hours if arguments.hours else None
    last = arguments.first + arguments.seeds
    shares = [(range(arguments.first + number, last, workers), deadline, found) for number in range(workers)]
    processes = [context.Process(target=work, args=share) for share in shares]
    for process in processes:
        process.start()
    seeds, failures, ended = 0, 0, 0
    while ended < workers:
        kind, value = found.get()
        seeds += kind == "seed"
        ended += kind == "end"
        failures += kind == "failure"
        if kind in ("failure", "vector"):
            print(value, flush=True)
        if kind == "seed" and seeds % 500 == 0:
            print(f"{seeds} seeds, {_pace(seeds, began)}", flush=True)
    for process in processes:
        process.join()
    print(f"{seeds} seeds in {time.monotonic() - began:.0f} s, {_pace(seeds, began)}: {failures or 'no'} failures")
    return 1 if failures or any(process.exitcode for process in processes) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--hours", type=float, default=0.0, help="go on for so long, whatever the number of seeds")
    parser.add_argument("--faults", nargs="*", help="plant these faults, or all there are, instead")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _pace(seeds: int, began: float) -> str:
    return f"{60 * seeds / (time.monotonic() - began):.0f} seeds per minute"


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets is part of what a seed decides
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    raise SystemExit(main())
