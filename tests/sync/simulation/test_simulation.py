"""A few seeds of the simulation, and every script that once broke a promise; `make simulate` runs thousands."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.repository import REPOSITORY
from sync.simulation import drawing
from sync.simulation.ground import Ground
from sync.simulation.script import Script, read_script, write_script
from sync.simulation.simulation import play, simulate

SEEDS = range(12)
VECTORS = sorted((REPOSITORY / "sync" / "vectors" / "simulation").glob("*.json"))


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    logging.disable(logging.CRITICAL)  # what fails by design need not be told
    made = Ground()
    yield made
    made.close()
    logging.disable(logging.NOTSET)


def test_every_promise_holds(ground: Ground) -> None:
    for seed in SEEDS:
        simulate(ground, seed)


def test_a_seed_tells_the_same_story_twice(ground: Ground) -> None:
    assert simulate(ground, 1) == simulate(ground, 1)


def test_a_seed_of_browsers_tells_the_same_story_twice(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tabs that race, die and freeze over IndexedDB, and disks that fail."""
    monkeypatch.setattr(drawing, "NODE_SHARE", 1.0)
    monkeypatch.setattr(drawing, "ENGINES", ("indexeddb",))
    monkeypatch.setattr(drawing, "TABS", (2,))
    assert simulate(ground, 5) == simulate(ground, 5)


def test_a_script_tells_the_story_of_its_seed(ground: Ground, tmp_path: Path) -> None:
    script = simulate(ground, 3)
    kept = tmp_path / "script.json"
    kept.write_text(write_script(script), encoding="utf-8")
    assert write_script(read_script(kept)) == write_script(script)
    play(ground, read_script(kept))


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_what_once_broke_a_promise(ground: Ground, path: Path) -> None:
    play(ground, read_script(path))


def test_the_lines_that_faults_change_are_there() -> None:
    """Whoever rewords one of them in the engine, does it in `node/faults.json` too."""
    engine = REPOSITORY / "sync" / "typescript" / "src"
    faults = json.loads((Path(__file__).parent / "node" / "faults.json").read_text(encoding="utf-8"))
    assert not [name for name, each in faults.items() if each["line"] not in (engine / each["in"]).read_text("utf-8")]


def test_a_vector_says_what_it_proves() -> None:
    scripts: list[Script] = [read_script(path) for path in VECTORS]
    assert scripts
    assert all(script.why for script in scripts)
