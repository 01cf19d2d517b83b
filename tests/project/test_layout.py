"""The top of the repository stays as small as docs/decisions/0001 says, and tests mirror what they test."""

from pathlib import Path

from support.repository import REPOSITORY, tracked_files

FOLDERS = {".ci", "docs", "pwa", "server", "sync", "tests"}
FILES = {
    ".dockerignore",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    ".pre-commit-config.yaml",
    ".prettierrc.json",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "compose.yaml",
    "pyproject.toml",
    "requirements.lock",
}
PYTHON_SOURCES = ("server", "sync/python", "tests")


def test_the_top_level_holds_only_what_it_should() -> None:
    folders = {path.parts[0] for path in tracked_files() if len(path.parts) > 1}
    files = {path.name for path in tracked_files() if len(path.parts) == 1}
    assert folders <= FOLDERS
    assert files <= FILES


def test_python_lives_in_three_places() -> None:
    strays = [path for path in tracked_files() if path.suffix == ".py" and not path.is_relative_to("tests")]
    assert not [path for path in strays if not any(path.is_relative_to(root) for root in PYTHON_SOURCES)]


def test_tests_of_the_server_mirror_its_modules() -> None:
    """A folder of tests that mirrors nothing is a folder nobody finds."""
    folders = {path.parent for path in tracked_files() if path.is_relative_to("tests/server")}
    mirrored = [folder.relative_to("tests/server") for folder in folders]
    lost = [path for path in mirrored if not exists_in_source(path)]
    assert not lost, f"no such folder or module under server/cairn: {lost}"


def exists_in_source(path: Path) -> bool:
    source = REPOSITORY / "server" / "cairn"
    return any(
        (root / path).is_dir() or (root / path).with_suffix(".py").is_file() for root in (source, source / "modules")
    )
