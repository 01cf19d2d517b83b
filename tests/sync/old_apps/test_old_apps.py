"""Apps of the past run against the server of now, with the work that was on them when they were put away."""

import asyncio
import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cairn.kernel.database import Database
from support.feed import assert_feed_rebuilds_tables
from support.furnished import prepare
from support.house import USERS, token_of
from support.server import serving

APPS = sorted(path.parent for path in Path(__file__).parent.glob("*/engine.mjs"))
FULL = 1_000
"""Two batches."""
NOT_THERE = {"conflicts.resolve", "refusals.close"}


def run(app: Path, url: str, entries: int = 0) -> dict[str, Any]:
    """What the app says of itself after one synchronization, its outbox filled up with notes to so many entries."""
    line = ["node", str(app / "engine.mjs"), str(app / "storage.json"), url, token_of("rep1"), str(USERS["rep1"])]
    done = subprocess.run([*line, str(entries)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("app", APPS, ids=lambda path: path.name)
def test_an_old_app_brings_everything_home(app: Path, database_url: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    is_sqlite = database_url.startswith("sqlite")
    url = f"sqlite+aiosqlite:///{data / 'cairn.db'}" if is_sqlite else database_url
    prepare(url)
    with serving(data, environment={} if is_sqlite else {"CAIRN_DATABASE_URL": url}) as server:
        first = run(app, server.url, FULL)
        assert (first["phase"], first["error"]) == ("idle", None)
        states = Counter((each["state"], each["name"] in NOT_THERE) for each in first["entries"])
        assert states == {("applied", False): FULL - len(NOT_THERE), ("rejected", True): len(NOT_THERE)}
        # The customer went to a colleague with the last of it; what she did there stays hers.
        assert first["documents"] == [0, 1, FULL - 14]
        # Its answers were lost and it comes again: nothing runs twice.
        again = run(app, server.url)
        assert again["documents"] == first["documents"]
    asyncio.run(check(url))


async def check(url: str) -> None:
    database = Database(url)
    try:
        await assert_feed_rebuilds_tables(database)
    finally:
        await database.close()
