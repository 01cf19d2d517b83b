"""How a customer is found: by name, by pinyin, by the initials of its pinyin."""

LONGEST_NAME = 60
"""Longer names are found by their beginning; pinyin of a whole page of text helps nobody."""


def search_text(name: str) -> str:
    """Lower-case name, full pinyin and initials, for a substring search on the phone."""
    from pypinyin import Style, lazy_pinyin  # its dictionaries take a second to load: not at the server's start

    name = name.strip().lower()
    syllables = lazy_pinyin(name[:LONGEST_NAME], errors="default")
    initials = lazy_pinyin(name[:LONGEST_NAME], style=Style.FIRST_LETTER, errors="default")
    return " ".join(dict.fromkeys([name, "".join(syllables), "".join(each[:1] for each in initials)]))
