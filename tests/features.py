"""`make features`: which of the 200 features of docs/features.csv have a test that proves them.

A test says so itself: `@pytest.mark.feature(123, 124)` in Python, `[feature 123, 124]` in the name of a test
in TypeScript. The marks are read from the source, so nothing has to run.
"""

import ast
import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
TYPESCRIPT_MARK = re.compile(r"\[features? (\d+(?:, ?\d+)*)\]")
TYPESCRIPT_TESTS = ("pwa", "sync/typescript", "tests")
LEFT_OUT = {"node_modules", "output", ".venv"}


def features() -> dict[int, str]:
    """Every feature's number and title."""
    with (REPOSITORY / "docs" / "features.csv").open(encoding="utf-8", newline="") as table:
        return {int(row["number"]): row["title"] for row in csv.DictReader(table)}


def files(folder: str, *patterns: str) -> Iterator[Path]:
    """Our own files below a folder, in a fixed order."""
    for pattern in patterns:
        for path in sorted((REPOSITORY / folder).rglob(pattern)):
            if not LEFT_OUT & set(path.relative_to(REPOSITORY).parts):
                yield path


def marks() -> Iterator[tuple[int, str]]:
    """Each feature number that a test claims, with the place of the claim."""
    for path in files("tests", "test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.feature":
                for argument in node.args:
                    yield ast.literal_eval(argument), f"{path.relative_to(REPOSITORY)}:{node.lineno}"
    for folder in TYPESCRIPT_TESTS:
        for path in files(folder, "*.test.ts", "*.spec.ts"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                for claim in TYPESCRIPT_MARK.finditer(line):
                    for feature in claim[1].split(","):
                        yield int(feature), f"{path.relative_to(REPOSITORY)}:{number}"


def main() -> int:
    """Print what is proved, what is not, and refuse marks of features that do not exist."""
    titles = features()
    claimed: dict[int, list[str]] = {}
    for number, place in marks():
        claimed.setdefault(number, []).append(place)
    unknown = sorted(set(claimed) - set(titles))
    proved = sorted(set(claimed) & set(titles))
    rest = sorted(set(titles) - set(claimed))
    print(f"proved {len(proved)} / all {len(titles)}")
    for number in proved:
        count = len(claimed[number])
        print(f"  {number:>3}  {titles[number]}  ({count} test{'s' if count > 1 else ''})")
    print(f"\nnot yet proved: {len(rest)}")
    for number in rest:
        print(f"  {number:>3}  {titles[number]}")
    for number in unknown:
        print(f"There is no feature {number}: {', '.join(claimed[number])}", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
