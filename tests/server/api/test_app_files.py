"""The built PWA is served as it stands, also when it was built anew under a running server."""

import os
from pathlib import Path

from cairn.api.app_files import Build


def write_build(folder: Path, words: str, stamp_ns: int) -> None:
    for name in ("index.html", "service-worker.js"):
        (folder / name).write_text(words, encoding="utf-8")
        os.utime(folder / name, ns=(stamp_ns, stamp_ns))


def test_a_new_build_is_served_without_a_restart(tmp_path: Path) -> None:
    write_build(tmp_path, "first", 1)
    build = Build(tmp_path)
    assert build.files()["index.html"].content == b"first"
    write_build(tmp_path, "second", 2)
    assert build.files()["index.html"].content == b"second"


def test_a_build_that_is_being_written_leaves_the_one_before(tmp_path: Path) -> None:
    write_build(tmp_path, "first", 1)
    build = Build(tmp_path)
    build.files()
    (tmp_path / "index.html").unlink()
    assert build.files()["index.html"].content == b"first"


def test_without_a_build_there_is_nothing(tmp_path: Path) -> None:
    assert Build(tmp_path).files() == {}
