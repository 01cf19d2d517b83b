"""What tests of the server use."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.house import House, open_house


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A company with its people; the test runs on SQLite and on PostgreSQL."""
    async with open_house(database_url, tmp_path) as opened:
        yield opened
