"""A script: who is there, and what happens step by step. Nothing in it is left to chance, so it can be cut and kept."""

from pathlib import Path
from typing import Any

import msgspec

Json = dict[str, Any]
Step = Json
"""`do` says what, `after_s` how much time has passed, `dice` seeds whatever the step leaves to chance."""


class PhoneSetting(msgspec.Struct):
    """A phone at the beginning."""

    label: str
    person: str
    engine: str = "python"
    clock_error_s: int = 0
    page_rows: int = 5000
    batch: int = 500
    app: int = 1
    """The version of the app; see `versions`."""
    tabs: int = 1
    """In how many the app is open; the Python client has none."""


class Script(msgspec.Struct):
    """What a seed comes to; as a vector, `why` says which promise it once broke."""

    phones: list[PhoneSetting]
    steps: list[Step]
    seed: int | None = None
    why: str = ""


def read_script(path: Path) -> Script:
    return msgspec.json.decode(path.read_bytes(), type=Script)


def write_script(script: Script) -> str:
    """One line a step, for people to read."""
    head = {"why": script.why, "seed": script.seed, "phones": script.phones}
    lines = [f"  {_plain(key)}: {_plain(value)}," for key, value in head.items()]
    steps = ",\n".join(f"    {_plain(step)}" for step in script.steps)
    return "{\n" + "\n".join(lines) + f'\n  "steps": [\n{steps}\n  ]\n}}\n'


def _plain(value: Any) -> str:
    return msgspec.json.encode(value).decode()
