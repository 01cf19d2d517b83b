"""`make simulate-faults`: plants one fault after the other in the engines and tells which seed sees it.

A simulation that does not see them proves nothing. A fault of the server is a patch of a Python function, one of
the phone a changed line of the TypeScript engine. The seed that saw a fault the last time (`seen_by.json`) is asked
first; where it sees nothing any more, because scripts are drawn in another way now, all are, from 0 on.
"""

import json
import logging
from functools import cache
from pathlib import Path

import pytest

from sync.simulation import drawing
from sync.simulation.faults import FAULTS
from sync.simulation.ground import Ground
from sync.simulation.node_phone import Host
from sync.simulation.script import Script
from sync.simulation.simulation import failure_of, simulate

SERVER_FAULTS = {fault.__name__: fault for fault in FAULTS}
_HERE = Path(__file__).parent
PHONE_FAULTS = tuple(json.loads((_HERE / "node" / "faults.json").read_text(encoding="utf-8")))
SEEN_BY: dict[str, int] = json.loads((_HERE / "seen_by.json").read_text(encoding="utf-8"))
MOST_SEEDS = 500


@cache
def _ground() -> Ground:
    logging.disable(logging.CRITICAL)
    return Ground()


def catch(name: str) -> tuple[str, int | None, str]:
    """The fault, the seed by which it was seen (None: it was not), and what saw it."""
    ground = _ground()
    with pytest.MonkeyPatch.context() as patch:
        if name in SERVER_FAULTS:
            SERVER_FAULTS[name](patch)
        else:
            ground.host = Host(fault=name)
        patch.setattr(drawing, "NODE_SHARE", float(name not in SERVER_FAULTS))
        try:
            return name, *_first_seen(ground, name)
        finally:
            if "host" in ground.__dict__:
                ground.host.close()
                del ground.host


def _first_seen(ground: Ground, name: str) -> tuple[int | None, str]:
    for seed in (*([SEEN_BY[name]] if name in SEEN_BY else []), *range(MOST_SEEDS)):
        error = failure_of(simulate, ground, seed, Script([], []))
        if error is not None:
            return seed, (str(error) or repr(error)).partition("\n")[0][:90]
    return None, ""
