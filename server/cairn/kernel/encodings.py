"""Which encoding a text file is in: strict decoding rules out, plausibility of the result decides.

Strict decoding alone is not enough: nearly every Big5 or Latin text is valid GB18030 too, for characters that
nobody writes. Both Chinese code pages put their most common characters first, so their own order tells.
"""

import codecs
from collections import Counter
from itertools import pairwise

from msgspec import Struct

from cairn.kernel.errors import DomainError

BYTE_ORDER_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like that of UTF-16, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
# What a person may name, and the superset it is decoded with.
ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf-8-sig": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "cp950",
    "cp950": "cp950",
    "big5hkscs": "big5hkscs",
    "latin-1": "cp1252",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}
LEAST_PLAUSIBILITY = 0.5
# Enough for statistics of characters; a file of 20 MB need not be counted whole.
SAMPLE_CHARACTERS = 100_000


class EncodingUnknown(DomainError):
    """No supported encoding gives plausible text; naming one helps. Params: `supported`."""

    code = "encoding_unknown"
    http_status = 422


class EncodingWrong(DomainError):
    """The named encoding does not fit. Params: `encoding`, `at_byte`."""

    code = "encoding_wrong"
    http_status = 422


class DecodedText(Struct, frozen=True):
    text: str
    encoding: str


def decode_text(content: bytes, encoding: str | None = None) -> DecodedText:
    """Text without its byte order mark; raises EncodingUnknown, EncodingWrong."""
    if encoding is not None:
        return _decode_as(content, encoding)
    for mark, name in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decode_as(content, name, known=True)
    for name in _unmarked_candidates(content):
        text = _decoded(content, name)
        if text is not None:
            return DecodedText(text, name)
    texts = {name: _decoded(content, name) for name in ("gb18030", "cp950", "big5hkscs", "cp1252")}
    scores = {name: _plausibility(text, name) for name, text in texts.items() if text is not None}
    best = max(scores, key=lambda name: scores[name], default=None)
    if best is None or scores[best] < LEAST_PLAUSIBILITY:
        raise EncodingUnknown(supported=sorted(ENCODINGS))
    return DecodedText(texts[best] or "", best)


def _decode_as(content: bytes, encoding: str, *, known: bool = False) -> DecodedText:
    codec = encoding if known else ENCODINGS.get(encoding.lower().replace("_", "-"))
    if codec is None:
        raise EncodingUnknown(supported=sorted(ENCODINGS))
    try:
        return DecodedText(content.decode(codec).removeprefix("\ufeff"), codec)
    except UnicodeDecodeError as error:
        raise EncodingWrong(encoding=encoding, at_byte=error.start) from None


def _unmarked_candidates(content: bytes) -> list[str]:
    """UTF-8 cannot be mistaken; in UTF-16 every comma and line end has a zero byte on the same side."""
    zeros = content[:200_000].count(0)
    if zeros == 0:
        return ["utf-8"]
    even, odd = content[:200_000:2].count(0), content[1:200_000:2].count(0)
    if odd > 20 * even:
        return ["utf-16-le"]
    return ["utf-16-be"] if even > 20 * odd else ["utf-8"]


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _plausibility(text: str, encoding: str) -> float:
    """Between 0 and 1: how common the characters outside ASCII are in what people write in this encoding."""
    sample = text[:SAMPLE_CHARACTERS]
    if encoding == "cp1252":
        return _latin_plausibility(sample)
    weigh = _weigh_simplified if encoding == "gb18030" else _weigh_traditional
    counts = Counter(character for character in sample if character > "\x7f")
    total = counts.total()
    return sum(weigh(character) * count for character, count in counts.items()) / total if total else 1.0


def _latin_plausibility(text: str) -> float:
    """Accented letters stand beside plain ones; Chinese read as Latin has them, and signs, in rows."""
    plausible = total = 0.0
    for before, character in pairwise(f" {text} "):
        if character > "\x7f":
            total += 1
            plausible += character.isalpha() and before.isascii()
    return plausible / total if total else 1.0


def _weigh_simplified(character: str) -> float:
    """GB 2312: rows 1–3 are signs, 16–55 the 3,755 most common characters, 56–87 the next 3,008."""
    try:
        lead = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        # Traditional characters in GB 18030: rarer than simplified ones, and less likely than Big5.
        return 0.6 * _weigh_traditional(character)
    if lead <= 0xA3:
        return 0.9
    return 0.0 if lead < 0xB0 else 1.0 if lead <= 0xD7 else 0.4


def _weigh_traditional(character: str) -> float:
    """Big5: A1–A3 are signs, A4–C6 the 5,401 common characters, C9–F9 the rare ones."""
    try:
        lead = character.encode("cp950")[0]
    except UnicodeEncodeError:
        return 0.0
    return 0.9 if lead <= 0xA3 else 1.0 if lead <= 0xC6 else 0.4
