"""JSON taken apart without reading its parts: one that cannot be read must not spoil its neighbours.

Nothing here recurses, so that the depth of a part does not matter. Text that is no JSON at all comes out as parts
that no decoder takes.
"""

import re
from collections.abc import Iterator

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},:]', re.DOTALL)
_WHITE = b" \t\r\n"


def split_array(text: bytes) -> list[bytes]:
    """The elements of an array, as they were sent; nothing where the text is no array."""
    text = text.strip(_WHITE)
    if text[:1] + text[-1:] != b"[]":
        return []
    elements = [text[start:end].strip(_WHITE) for start, end in _spans(text)]
    return [] if elements == [b""] else elements


def split_object(text: bytes) -> dict[bytes, bytes]:
    """The members of an object by their keys, as they were sent; nothing where the text is no object."""
    text = text.strip(_WHITE)
    if text[:1] + text[-1:] != b"{}":
        return {}
    members = [text[start:end] for start, end in _spans(text)]
    return dict(filter(None, map(_member, members)))


def _member(text: bytes) -> tuple[bytes, bytes] | None:
    text = text.strip(_WHITE)
    key = _TOKEN.match(text)
    if key is None or key[0][:1] != b'"':
        return None
    rest = text[key.end() :].lstrip(_WHITE)
    return (key[0][1:-1], rest[1:].strip(_WHITE)) if rest[:1] == b":" else None


def _spans(text: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of what stands between commas inside the outermost brackets."""
    depth, start = 0, 1
    for token in _TOKEN.finditer(text):
        if token[0] in (b"[", b"{"):
            depth += 1
        elif token[0] in (b"]", b"}"):
            depth -= 1
            if depth == 0:
                yield start, token.start()
                return
        elif token[0] == b"," and depth == 1:
            yield start, token.start()
            start = token.end()
