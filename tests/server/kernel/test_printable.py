"""What people wrote fits on a page, whatever it was."""

import pytest

from cairn.kernel.printable import BREAK, LONGEST_WORD, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("融霜加热管断路，更换后正常", "融霜加热管断路，更换后正常"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\n \n\n\n\nb", "a\n\nb"),
        ("nul\0, bell\a, escape\x1b, \ud800 half a pair", "nul, bell, escape,  half a pair"),
        ("turned \u202eround\u202c \u2066here", "turned round here"),
        ("a\tb", "a b"),
        ("#let x = 1", "#let x = 1"),
    ],
)
def test_nothing_unseen_stays(text: str, shown: str) -> None:
    assert printable(text, 100) == shown


def test_a_long_text_is_cut_where_it_is_said() -> None:
    assert printable("字" * 50, 10) == "字" * 9 + "…"


def test_a_word_without_end_may_break() -> None:
    assert printable("W" * (2 * LONGEST_WORD + 1), 100) == BREAK.join(["W" * LONGEST_WORD] * 2 + ["W"])
    assert printable("W" * LONGEST_WORD, 100) == "W" * LONGEST_WORD
    assert BREAK not in printable("字" * 90, 100)
