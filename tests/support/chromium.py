"""Debian's Chromium under Playwright: phones and desks, pictures of what was seen, and axe."""

import functools
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[2]
SCREENSHOTS = REPOSITORY / "tests" / "output" / "screenshots"
AXE = REPOSITORY / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
CHENGHU_GATE = {"latitude": 31.30, "longitude": 120.60, "accuracy": 8.0}

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The map draws with WebGL, and without a GPU only the software renderer has it.
    "--enable-unsafe-swiftshader",
]


class ChromiumMissing(RuntimeError):
    """There is no Chromium on this machine."""


@functools.cache
def executable() -> str:
    """The path of Chromium: CHROMIUM_PATH, or the first of its usual names on PATH."""
    named = os.environ.get("CHROMIUM_PATH")
    for candidate in (named, "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(candidate) if candidate else None
        if found:
            return found
    raise ChromiumMissing(
        "These tests need Chromium, and it is not on this machine. "
        "On Debian: sudo apt-get install chromium (as root, `make test` does it); "
        "elsewhere, set CHROMIUM_PATH to its path."
    )


@contextmanager
def chromium(*extra_flags: str) -> Iterator[Browser]:
    """A browser without a window; closed at the end."""
    with sync_playwright() as playwright:
        # Without a sandbox, which is Playwright's default: root has none, and the pages are our own.
        browser = playwright.chromium.launch(executable_path=executable(), args=[*FLAGS, *extra_flags])
        try:
            yield browser
        finally:
            browser.close()


def phone(browser: Browser, base_url: str, **options: Any) -> BrowserContext:
    """A person's phone with its own storage: touch, position at the company's gate, all permissions."""
    return context(browser, base_url, viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, **options)


def desktop(browser: Browser, base_url: str, **options: Any) -> BrowserContext:
    """A person's desk with its own storage."""
    return context(browser, base_url, viewport=DESKTOP, **options)


def context(browser: Browser, base_url: str, **options: Any) -> BrowserContext:
    """A browser profile of its own, in Chinese time and language unless told otherwise."""
    defaults = {
        "base_url": base_url,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "geolocation": CHENGHU_GATE,
        "permissions": ["geolocation", "notifications"],
        "ignore_https_errors": True,
        "reduced_motion": "reduce",
    }
    return browser.new_context(**{**defaults, **options})


def screenshot(page: Page, name: str, *, whole: bool = False) -> Path:
    """Keep a picture of the page as tests/output/screenshots/<name>.png and return its path."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png"
    page.screenshot(path=path, full_page=whole, animations="disabled")
    return path


@dataclass(frozen=True)
class Violation:
    """One rule of axe that the page breaks, and where."""

    rule: str
    impact: str
    help: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule} ({self.impact}): {self.help}\n" + "\n".join(f"    {place}" for place in self.places)


def axe(page: Page, *, leave_out: tuple[str, ...] = ()) -> list[Violation]:
    """What axe finds on the page as it stands; `leave_out` names CSS selectors that are not ours to mend."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """([rules, leaveOut]) => axe.run(
            {include: [['html']], exclude: leaveOut.map((selector) => [selector])},
            {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']},
        )""",
        [AXE_RULES, list(leave_out)],
    )
    return [
        Violation(
            rule=violation["id"],
            impact=violation["impact"],
            help=violation["help"],
            places=tuple(f"{' '.join(map(str, node['target']))}: {node['html'][:200]}" for node in violation["nodes"]),
        )
        for violation in found["violations"]
    ]


def assert_accessible(page: Page, *, leave_out: tuple[str, ...] = ()) -> None:
    """Fail with axe's words if it finds anything on the page."""
    violations = axe(page, leave_out=leave_out)
    assert not violations, f"{page.url}\n" + "\n".join(map(str, violations))
