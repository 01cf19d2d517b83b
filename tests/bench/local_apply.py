"""The engine storing a first pull in Chromium, next to a bare bulkPut of the same rows (sync/typescript/bench)."""

import functools
import http.server
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from bench.report import Report, Row
from support.repository import REPOSITORY

DOCUMENTS = 10_000
SOURCE = REPOSITORY / "sync" / "typescript" / "bench"
VITE = REPOSITORY / "sync" / "typescript" / "node_modules" / ".bin" / "vite"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the table is what is to be read."""


@contextmanager
def serving_bench(folder: Path) -> Iterator[str]:
    """The address of the built page."""
    built = folder / "local-apply"
    subprocess.run([VITE, "build", "--outDir", built, "--logLevel", "error"], cwd=SOURCE, check=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(built)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/index.html"
    finally:
        server.shutdown()


def measure_local_apply(report: Report, browser: Browser, folder: Path, repeats: int) -> None:
    with serving_bench(folder) as address:
        page = browser.new_page()
        page.goto(address)
        page.wait_for_function("() => window.measure")
        runs = [page.evaluate(f"measure({DOCUMENTS})") for _ in range(max(3, repeats))]
        page.close()
    engine, bare = (min(run[name] for run in runs) / 1000 for name in ("engineMs", "bareMs"))
    details = f"{engine / bare:.2f} × a bare bulkPut ({bare:.2f} s); the best of {len(runs)}"
    report.add(Row(f"local apply of {DOCUMENTS:,} documents, the engine", engine, "s", "≤", 2.5, 1.5, details))
