"""Runs the steps of `make test` one after the other, those joined by `+` at once, and closes with one line for each.

A failing step does not hide what the later ones would have said.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from support.company import COMPANY_VARIABLE


@dataclass(frozen=True)
class Outcome:
    """How a make target ended."""

    target: str
    passed: bool
    seconds: float
    said: str


def run(target: str, *, aside: bool) -> Outcome:
    """Run a make target; `aside` keeps what it says until others have had their say."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as kept:
        output = kept if aside else None
        command = ["make", target]
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output).returncode
        kept.seek(0)
        return Outcome(target, code == 0, time.monotonic() - began, kept.read())


def run_together(step: str) -> list[Outcome]:
    """Run a step's targets side by side: each has a core."""
    targets = step.split("+")
    print(f"\n=== {step} " + "=" * (100 - len(step)), flush=True)
    with ThreadPoolExecutor(len(targets)) as threads:
        outcomes = list(threads.map(lambda target: run(target, aside=len(targets) > 1), targets))
    for outcome in outcomes:
        print(outcome.said, end="", flush=True)
    return outcomes


def main(steps: list[str]) -> int:
    """Run each step; answer 1 if any target failed."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cairn-company-") as folder:
        os.environ[COMPANY_VARIABLE] = folder
        outcomes = [outcome for step in steps for outcome in run_together(step)]
    failed = [outcome.target for outcome in outcomes if not outcome.passed]
    print("\n=== make test " + "=" * 92)
    for outcome in outcomes:
        print(f"{outcome.target:<15} {'passed' if outcome.passed else 'FAILED'} {outcome.seconds:6.0f} s")
    minutes, seconds_left = divmod(round(time.monotonic() - began), 60)
    verdict = f"FAILED: {', '.join(failed)}" if failed else "Everything passed"
    print(f"{verdict}, in {minutes} min {seconds_left} s.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
