"""requirements.lock fits what pyproject.toml declares, on every Python that we run on."""

import re
import tomllib

from support.repository import REPOSITORY

LOCK = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+)(.*?) \\$", re.MULTILINE)


def declared() -> list[str]:
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [*project["dependencies"], *extras]


def test_everything_declared_is_locked_as_declared() -> None:
    locked = {name: version for name, version, _ in LOCKED.findall(LOCK)}
    for requirement in declared():
        name, _, version = requirement.partition("==")
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
