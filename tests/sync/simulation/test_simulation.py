"""Three phones, a lossy link and a busy office: 200 seeds, or the one that SEED names."""

import os
from pathlib import Path

import pytest

from sync.simulation.simulation import simulate

SEEDS = [int(os.environ["SEED"])] if "SEED" in os.environ else list(range(int(os.environ.get("SEEDS", "200"))))


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_promise_holds(seed: int, tmp_path: Path) -> None:
    await simulate(seed, tmp_path)


async def test_a_seed_tells_the_same_story_twice(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    assert await simulate(SEEDS[0], tmp_path) == await simulate(SEEDS[0], tmp_path / "again")
