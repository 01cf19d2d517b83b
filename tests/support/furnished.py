"""Furnished houses: made once per process and database, and copied for each test."""

import asyncio
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import pytest

from support.house import House, enter_house, furnish


def prepare(url: str) -> None:
    """Furnish a house in a loop of its own, whatever loop runs here."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(furnish(url, Path(os.devnull)))
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


@cache
def furnished_file() -> bytes:
    """A furnished SQLite database, made once per process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "house.db"
        prepare(f"sqlite+aiosqlite:///{path}")
        return path.read_bytes()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def furnished_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a copy of a furnished database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "cairn.db"
        path.write_bytes(furnished_file())
        yield f"sqlite+aiosqlite:///{path}"
        return
    cluster = request.getfixturevalue("postgres")
    with cluster.database(cluster.template("house", prepare)) as url:
        yield url


@pytest.fixture
async def house(furnished_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A company with its people and a stranger's beside it; the test runs on SQLite and on PostgreSQL."""
    async with enter_house(furnished_url, tmp_path) as opened:
        yield opened
