"""Text that no database may be asked to keep: U+0000 is valid in JSON, but PostgreSQL's text cannot hold it."""

from typing import Any

import msgspec

from cairn.kernel.errors import MalformedInput

NUL = "\0"
DEEPEST = 100


def refuse_nul(encoded: bytes, root: str) -> None:
    """Raises MalformedInput with the path of the first text in some JSON that holds U+0000."""
    if b"\\u0000" not in encoded:
        return
    path = _find(msgspec.json.decode(encoded), root, DEEPEST)
    if path is not None:
        raise MalformedInput(path=path, reason="a text cannot hold the character U+0000")


def _find(value: Any, path: str, depth: int) -> str | None:
    if isinstance(value, str):
        return path if NUL in value else None
    if depth == 0 or not isinstance(value, dict | list):
        return None
    if isinstance(value, dict) and any(NUL in key for key in value):
        return path
    items = (
        ((f"{path}.{key[:100]}", item) for key, item in value.items())
        if isinstance(value, dict)
        else ((f"{path}[{index}]", item) for index, item in enumerate(value))
    )
    return next((found for place, item in items if (found := _find(item, place, depth - 1))), None)
