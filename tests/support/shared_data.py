"""Public data that lies beside the project, not in it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def shared_data(*parts: str) -> Path:
    """A path under `shared/data`, which is looked for beside the project and its parents' folders."""
    for parent in ROOT.parents:
        candidate = parent / "shared" / "data"
        if candidate.is_dir():
            path = candidate.joinpath(*parts)
            assert path.exists(), f"The shared data has no {'/'.join(parts)}: {path} does not exist."
            return path
    raise AssertionError(
        "This test reads public data from ../shared/data beside the project, which is not there: "
        f"put the folder at {ROOT.parent / 'shared' / 'data'} to run it."
    )
