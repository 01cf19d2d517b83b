"""`make bench`: the engine's speed as ratios to limits measured in the same run, and the app's in Chromium.

QUICK=1 measures less and takes a few minutes; SQLITE_ONLY=1 and BROWSER_ONLY=1 leave the rest out;
CURVES=1 measures how costs grow instead, and draws docs/pictures.
Times of a shared machine are noisy: trust the ratios.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.browser import measure_browser
from bench.company import QUICK, Scale, furnish
from bench.growth import measure_growth
from bench.push import measure_push
from bench.report import Report
from bench.serve import measure_server
from bench.stores import PostgresStore, SqliteStore, Store
from support import postgres


async def measure(report: Report, store: Store, folder: Path, scale: Scale) -> None:
    report.begin(store.name)
    company = await furnish(store.url("company"), folder, scale)
    await measure_push(report, store, company, scale)
    await measure_server(report, store, company, scale)


def main() -> None:
    scale = QUICK if os.environ.get("QUICK") else Scale()
    report = Report()
    if not os.environ.get("BROWSER_ONLY"):
        measure_engines(report, scale)
    measure_browser(report, scale)
    print(report.summary())


def measure_engines(report: Report, scale: Scale) -> None:
    """Pushes and pulls, on SQLite and PostgreSQL."""
    # Durable, as in real use: a commit must wait for the disk.
    postgres.SETTINGS |= {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    owner = postgres.ClusterOwner()
    try:
        with tempfile.TemporaryDirectory(prefix="cairn-bench-") as name:
            folder = Path(name)
            if curves := os.environ.get("CURVES"):
                pictures = Path(__file__).resolve().parents[2] / "docs" / "pictures"
                asyncio.run(measure_growth(report, pictures, curves, quick=scale is QUICK))
                print(report.summary())
                return
            asyncio.run(measure(report, SqliteStore(folder), folder, scale))
            if not os.environ.get("SQLITE_ONLY"):
                asyncio.run(measure(report, PostgresStore(postgres.shared_cluster()), folder, scale))
    finally:
        owner.close()


if __name__ == "__main__":
    main()
