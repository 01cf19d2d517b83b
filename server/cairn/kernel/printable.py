"""What people wrote, made fit for a page: nothing that turns the writing round, and no word too long for a line."""

import re
import unicodedata

LONGEST_WORD = 30
"""Letters without a place to break; after so many of them a line may end anywhere."""
BREAK = "\u200b"
_LONG = re.compile(rf"[^\s{BREAK}⺀-鿿가-힯豈-﫿＀-￯]{{{LONGEST_WORD}}}(?=\S)")
_EMPTY_LINES = re.compile(r"\n\s*\n\s*\n+")
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = frozenset({"Cc", "Cs", "Cn", "Co"})


def printable(text: str, longest: int) -> str:
    """At most so many characters, none of them unseen; line breaks stay, empty lines do not pile up."""
    lines = unicodedata.normalize("NFC", text[: longest * 2]).replace("\r\n", "\n").replace("\r", "\n")
    seen = "".join(each for each in lines.replace("\t", " ") if each == "\n" or _is_seen(each))
    seen = _EMPTY_LINES.sub("\n\n", seen).strip()
    if len(seen) > longest:
        seen = seen[: longest - 1].rstrip() + "…"
    return _LONG.sub(lambda found: found[0] + BREAK, seen)


def _is_seen(character: str) -> bool:
    return character not in _DIRECTIONS and unicodedata.category(character) not in _UNSEEN
