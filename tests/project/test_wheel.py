"""What is installed from the wheel is exactly our two packages, with the built PWA inside."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support.repository import REPOSITORY

STATIC = REPOSITORY / "server" / "cairn" / "static"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a freshly built wheel."""
    folder: Path = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return set(archive.namelist())


def test_the_wheel_installs_two_packages_and_nothing_else(wheel: set[str]) -> None:
    top_level = {name.split("/")[0] for name in wheel}
    assert {name for name in top_level if not name.endswith(".dist-info")} == {"cairn", "cairnsync"}


def test_the_wheel_carries_the_licence_and_the_command(wheel: set[str]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel)
    assert any(name.endswith(".dist-info/entry_points.txt") for name in wheel)
    assert "cairn/cli.py" in wheel


def test_the_built_pwa_is_inside(wheel: set[str]) -> None:
    """`make test` builds the PWA first; without it there is nothing to compare but the empty set."""
    built = {f"cairn/static/{path.relative_to(STATIC)}" for path in STATIC.rglob("*") if path.is_file()}
    assert built <= wheel
    if "CI" in os.environ:
        assert "cairn/static/index.html" in built


def test_what_documents_are_printed_with_is_inside(wheel: set[str]) -> None:
    """`make setup` brings the font."""
    assert {f"cairn/fonts/{name}" for name in ("NotoSansHans-Regular.otf", "LICENSE")} <= wheel
    assert {"cairn/modules/tickets/report.typ", "cairn/api/pages/ticket.html"} <= wheel


def test_nothing_of_the_workshop_is_inside(wheel: set[str]) -> None:
    assert not [name for name in wheel if "node_modules" in name or "__pycache__" in name or "/tests/" in name]
