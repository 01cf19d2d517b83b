"""One worker's share of the seeds, in a process of its own; of what fails, the shortest script."""

import logging
import time
from functools import partial
from typing import Any

from sync.simulation.ground import Ground
from sync.simulation.script import Script, write_script
from sync.simulation.shrinking import shrink, signature
from sync.simulation.simulation import failure_of, play, simulate

MOST_SHRUNK = 3
"""So many failures are cut down; of the others the seed is told."""


def work(seeds: range, deadline: float | None, found: Any) -> None:
    """Tells ("seed" | "failure" | "vector" | "end", value); with a deadline, goes on beyond the last seed."""
    logging.disable(logging.CRITICAL)
    ground = Ground()
    seed, shrunk = seeds.start, 0
    try:
        while time.monotonic() < deadline if deadline else seed in seeds:
            script = Script([], [])
            error = failure_of(simulate, ground, seed, script)
            found.put(("seed", seed))
            if error is not None:
                found.put(("failure", f"SEED {seed}: {type(error).__name__} {error}"))
                shrunk += 1
                if shrunk <= MOST_SHRUNK:
                    script.why = str(error)[:300]
                    found.put(("vector", write_script(shrink(script, partial(_breaks, ground, signature(error))))))
                ground.close()  # whatever a broken run has left behind ends with it
                ground = Ground()
            seed += seeds.step
    finally:
        ground.close()
        found.put(("end", None))


def _breaks(ground: Ground, wanted: Any, script: Script) -> bool:
    return signature(failure_of(play, ground, script)) == wanted
