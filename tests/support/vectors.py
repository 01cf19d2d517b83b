"""The shared cases that the engines of both languages must pass."""

import json
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).resolve().parents[2] / "sync" / "vectors"


def vectors(file: str, part: str = "cases") -> list[Any]:
    """One list of a vector file; a missing or empty one is a failure, never a silent pass."""
    cases: list[Any] = json.loads((VECTORS / file).read_text(encoding="utf-8"))[part]
    assert cases, f"sync/vectors/{file} has no {part}"
    return cases


def case_name(case: Any) -> str:
    return str(case["name"])
