"""A fault that is planted in the server must be seen within a few seeds: so much is the simulation worth."""

from pathlib import Path

import pytest

from sync.simulation.faults import FAULTS, Plant
from sync.simulation.simulation import simulate

MOST_SEEDS = 60


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
async def test_planted_fault_is_caught(plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    for seed in range(MOST_SEEDS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            await simulate(seed, folder)
        except Exception:
            return
    pytest.fail(f"{plant.__name__} was not seen in {MOST_SEEDS} seeds")
