"""Runs the steps of `make test` one after the other and closes with one line for each.

A failing step does not hide what the later ones would have said.
"""

import subprocess
import sys
import time


def main(steps: list[str]) -> int:
    """Run each make target; answer 1 if any failed."""
    began = time.monotonic()
    lines: list[str] = []
    failed: list[str] = []
    for step in steps:
        print(f"\n=== {step} " + "=" * (100 - len(step)), flush=True)
        step_began = time.monotonic()
        ok = subprocess.run(["make", step], stdin=subprocess.DEVNULL).returncode == 0
        seconds = time.monotonic() - step_began
        lines.append(f"{step:<15} {'passed' if ok else 'FAILED'} {seconds:6.0f} s")
        if not ok:
            failed.append(step)
    print("\n=== make test " + "=" * 92)
    print("\n".join(lines))
    minutes, seconds_left = divmod(round(time.monotonic() - began), 60)
    verdict = f"FAILED: {', '.join(failed)}" if failed else "Everything passed"
    print(f"{verdict}, in {minutes} min {seconds_left} s.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
