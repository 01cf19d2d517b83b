"""The locks fit what is declared, on every Python and every platform that we run on."""

import json
import re
import tomllib
from typing import Any

import pytest

from project.package_lock import complete, missing
from support.repository import REPOSITORY

LOCK = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+)(.*?) \\$", re.MULTILINE)
PACKAGES = ("sync/typescript", "pwa")
NATIVE = {"@tool/linux-x64-gnu": "4.0.0", "@tool/linux-arm64-musl": "4.0.0", "@tool/win32-x64-msvc": "4.0.0"}


def declared() -> list[str]:
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [*project["dependencies"], *extras]


def test_everything_declared_is_locked_as_declared() -> None:
    locked = {name: version for name, version, _ in LOCKED.findall(LOCK)}
    for requirement in declared():
        name, _, version = requirement.partition(";")[0].strip().partition("==")
        bare = re.sub(r"\[.*\]", "", name).strip().lower().replace("_", "-")
        assert bare in locked, f"{bare} is not locked: run make lock"
        assert version in ("", locked[bare]), f"{bare} is locked at {locked[bare]}: run make lock"


def test_every_package_has_a_hash() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(entries) == len(LOCKED.findall(LOCK))
    assert not [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]


def test_older_python_of_debian_is_thought_of() -> None:
    """Debian 12 has Python 3.11.2, where redis needs async-timeout; a lock for one Python alone leaves it out."""
    assert re.search(r"^async-timeout==\S+ ; python_full_version < '3\.11\.3'", LOCK, flags=re.MULTILINE)


def test_the_lock_names_no_index() -> None:
    assert "--index-url" not in LOCK
    assert "://" not in LOCK


@pytest.mark.parametrize("package", PACKAGES)
def test_npm_can_install_from_the_package_lock(package: str) -> None:
    """`npm ci` refuses a lock that leaves out the optional packages of other platforms."""
    lock = json.loads((REPOSITORY / package / "package-lock.json").read_text(encoding="utf-8"))
    declared_packages = json.loads((REPOSITORY / package / "package.json").read_text(encoding="utf-8"))
    assert not list(missing(lock["packages"])), "run make lock"
    for kind in ("dependencies", "devDependencies"):
        assert lock["packages"][""].get(kind, {}) == declared_packages.get(kind, {}), "run make lock"
    assert not [path for path, entry in lock["packages"].items() if "resolved" in entry]


def test_packages_of_other_platforms_are_named() -> None:
    lock: dict[str, Any] = {
        "packages": {
            "": {},
            "node_modules/tool": {"version": "4.0.0", "dev": True, "optionalDependencies": NATIVE},
            "node_modules/@tool/linux-x64-gnu": {"version": "4.0.0"},
        }
    }
    assert complete(lock) == 2
    assert lock["packages"]["node_modules/@tool/linux-arm64-musl"] == {
        "version": "4.0.0",
        "os": ["linux"],
        "cpu": ["arm64"],
        "libc": ["musl"],
        "dev": True,
        "optional": True,
    }
    assert lock["packages"]["node_modules/@tool/win32-x64-msvc"]["os"] == ["win32"]
    assert complete(lock) == 0
