"""The files of this repository, as git knows them."""

import functools
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


@functools.cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that is or would be committed, relative to the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (Path(name) for name in sorted(set(listed.split("\0")) - {""}))
    return tuple(path for path in paths if (REPOSITORY / path).is_file())


def text_of(path: Path) -> str | None:
    """A tracked file's text, or nothing if it is not text."""
    content = (REPOSITORY / path).read_bytes()
    if b"\0" in content[:8192]:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None
