"""A new build under a running server reaches a phone that has the old one, when its owner says so."""

import os
import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

import cairn
from support.chromium import phone, screenshot
from support.people import PATIENCE_MS, enter
from support.server import serving

PACKAGE = Path(cairn.__file__).parent


def build_anew(static: Path) -> None:
    """What a build with a changed page would leave: the service worker is written last."""
    page, worker = static / "index.html", static / "service-worker.js"
    page.write_text(page.read_text(encoding="utf-8").replace("<head>", '<head><meta name="build" content="2">'))
    script = worker.read_text(encoding="utf-8")
    entry = re.search(r'\{[^{}]*"index\.html"[^{}]*\}', script)
    assert entry is not None
    changed = re.sub(r"[0-9a-f]{32}", "f" * 32, entry[0])
    assert changed != entry[0]
    worker.write_text(script.replace(entry[0], changed), encoding="utf-8")


def build_of(page: Page) -> int:
    return page.locator("meta[name=build]").count()


def test_a_new_build_is_offered_and_taken(browser: Browser, made_company: Path, tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "cairn", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(made_company, tmp_path / "data")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    with serving(tmp_path / "data", environment={"PYTHONPATH": path}) as server, phone(browser, server.url) as context:
        page = enter(context, "rep1")
        page.reload()
        expect(page.get_by_role("heading", name="今天")).to_be_visible()
        assert build_of(page) == 0
        build_anew(tmp_path / "cairn" / "static")
        page.reload()
        offer = page.get_by_role("alert").filter(has_text="新版本已就绪")
        expect(offer).to_be_visible(timeout=PATIENCE_MS)
        assert build_of(page) == 0
        screenshot(page, "update-offered")
        offer.get_by_role("button", name="立即使用").click()
        expect(page.locator("meta[name=build]")).to_have_count(1, timeout=PATIENCE_MS)
        expect(page.get_by_role("heading", name="今天")).to_be_visible()
