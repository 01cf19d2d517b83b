"""Functions stay under 70 lines and files under 300; what is longer may only become shorter."""

import pytest

from project.sizes import FUNCTION_LINES, python_functions, ratchet, too_long


@pytest.fixture(scope="module")
def found() -> dict[str, int]:
    return too_long()


def test_nothing_new_is_too_long(found: dict[str, int]) -> None:
    allowed = ratchet()
    new = {key: lines for key, lines in found.items() if lines > allowed.get(key, 0)}
    assert not new, "split these (functions ≤ 70 lines, files ≤ 300):\n" + "\n".join(
        f"  {key}: {lines}" for key, lines in sorted(new.items())
    )


def test_the_ratchet_holds_no_slack(found: dict[str, int]) -> None:
    slack = {key: lines for key, lines in ratchet().items() if found.get(key, 0) < lines}
    assert not slack, "well done; now run: python tests/project/sizes.py --lower"


def test_a_long_function_is_seen() -> None:
    body = "\n".join(f"    step_{number} = {number}" for number in range(FUNCTION_LINES))
    assert python_functions(f"class A:\n  async def long(self):\n{body}\n") == [("long", FUNCTION_LINES + 1)]
