"""Measures functions and files; `python tests/project/sizes.py --lower` lowers the ratchet to what stands."""

import ast
import json
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from support.repository import REPOSITORY, tracked_files  # noqa: E402

FUNCTION_LINES = 70
FILE_LINES = 300
RATCHET = TESTS / "project" / "sizes.json"
GENERATED = ("pwa/src/generated", "server/cairn/migrations/versions")
SUFFIXES = {".py", ".ts", ".vue"}


def measured_files() -> list[Path]:
    """The code that people write and read."""
    ours = [path for path in tracked_files() if path.suffix in SUFFIXES]
    return [path for path in ours if not any(path.is_relative_to(folder) for folder in GENERATED)]


def too_long() -> dict[str, int]:
    """Everything over its limit: `path` or `path::function` and its lines."""
    found: dict[str, int] = {}
    typescript: list[Path] = []
    for path in measured_files():
        text = (REPOSITORY / path).read_text(encoding="utf-8")
        note(found, str(path), len(text.splitlines()), FILE_LINES)
        if path.suffix == ".py":
            for name, lines in python_functions(text):
                note(found, f"{path}::{name}", lines, FUNCTION_LINES)
        else:
            typescript.append(path)
    for function in typescript_functions(typescript):
        note(found, f"{function['path']}::{function['name']}", function["lines"], FUNCTION_LINES)
    return found


def note(found: dict[str, int], key: str, lines: int, limit: int) -> None:
    """Remember what is over its limit; of several with one name, the longest."""
    if lines > limit:
        found[key] = max(lines, found.get(key, 0))


def python_functions(text: str) -> list[tuple[str, int]]:
    """Each function's name and lines, from `def` to its last line."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, functions)]
    return [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in nodes]


def typescript_functions(paths: list[Path]) -> list[dict[str, object]]:
    """Each function's path, name and lines, as the TypeScript compiler sees them."""
    if not paths:
        return []
    reader = TESTS / "project" / "typescript_functions.mjs"
    done = subprocess.run(
        ["node", str(reader), str(REPOSITORY)],
        input="\n".join(map(str, paths)),
        check=True,
        capture_output=True,
        text=True,
    )
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def ratchet() -> dict[str, int]:
    """What was too long when the limits came, and how long it may still be."""
    allowed: dict[str, int] = json.loads(RATCHET.read_text(encoding="utf-8"))
    return allowed


def lower() -> None:
    """Write down what has become shorter; nothing is ever added or raised."""
    now = too_long()
    kept = {key: min(lines, now[key]) for key, lines in ratchet().items() if key in now}
    RATCHET.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__" and sys.argv[1:] == ["--lower"]:
    lower()
