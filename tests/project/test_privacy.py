"""The repository says nothing about the machines it was made on or the places its packages came from."""

import re

import pytest

from support.repository import text_of, tracked_files

# Written in pieces, so that this file passes its own test.
FORBIDDEN = {
    "a path of somebody's machine": r"(?<![\w.])/(?:root|home/[a-z]+|Users/[A-Za-z]+|" + "work" + r")/[\w.]",
    "a scratch folder of somebody's machine": r"/tmp/" + r"(?:bash_" + r"jobs|claude)",
    "the host of a package registry": "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("registry", "npmjs", "org"),
            ("registry", "npmmirror", "com"),
            ("pypi", "org"),
            ("files", "pythonhosted", "org"),
            ("proxy", "golang", "org"),
        )
    ),
    "a private key": "-----BEGIN " + r"(?:[A-Z]+ )?PRIVATE KEY-----",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found: list[str] = []
    for path in tracked_files():
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{path}:{number}: {line.strip()[:120]}")
    assert not found, f"{what}:\n" + "\n".join(found)
