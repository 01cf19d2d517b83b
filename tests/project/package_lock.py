"""Completes package-lock.json with the packages of other platforms; `make lock` runs it.

Native tools come as one optional package per platform. Where the registry at hand carries this platform's only, npm
leaves the others out of the lock, and then `npm ci` refuses that lock on every machine. They are named here with their
version and platform, so that each machine fetches its own.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SYSTEMS = {"aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"}
PROCESSORS = {"arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"}
LIBRARIES = {"gnu": "glibc", "musl": "musl"}

Packages = dict[str, dict[str, Any]]


def missing(packages: Packages) -> Iterator[tuple[str, str, str]]:
    """Each optional package that the lock needs and does not hold: who needs it, its name, its version."""
    for path, entry in packages.items():
        for name, wanted in entry.get("optionalDependencies", {}).items():
            version = wanted.lstrip("^~")
            if not any(place in packages for place in places(path, name)):
                yield path, name, version


def places(path: str, name: str) -> Iterator[str]:
    """Where Node would look for a package, from the innermost folder outwards."""
    while path:
        yield f"{path}/node_modules/{name}"
        path = path.rpartition("node_modules/")[0].rstrip("/")
    yield f"node_modules/{name}"


def platform(name: str) -> dict[str, list[str]]:
    """What a platform package's name says about where it runs."""
    words = re.split(r"[-/]", name)
    said = {
        "os": [word for word in words if word in SYSTEMS],
        "cpu": [word for word in words if word in PROCESSORS],
        "libc": [LIBRARIES[word] for word in words if word in LIBRARIES and "linux" in words],
    }
    return {key: values for key, values in said.items() if values}


def complete(lock: dict[str, Any]) -> int:
    """Add what is missing to a parsed lock, in npm's order; answers how many."""
    packages: Packages = lock["packages"]
    added = list(missing(packages))
    for path, name, version in added:
        flags = {"dev": True} if packages[path].get("dev") else {}
        packages[f"node_modules/{name}"] = {"version": version, **platform(name), **flags, "optional": True}
    lock["packages"] = dict(sorted(packages.items()))
    return len(added)


def main(paths: list[str]) -> None:
    for path in map(Path, paths):
        lock = json.loads(path.read_text(encoding="utf-8"))
        count = complete(lock)
        if count:
            path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            print(f"{path}: named {count} packages of other platforms")


if __name__ == "__main__":
    main(sys.argv[1:])
