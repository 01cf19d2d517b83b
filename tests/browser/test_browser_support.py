"""The support that the journeys stand on."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from support import chromium as support
from support.chromium import axe, desktop, phone, screenshot

PAGE = """data:text/html,<html lang="en"><title>Cairn</title>
<meta name="viewport" content="width=device-width"><main><h1>Chenghu</h1>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="></main></html>"""
WEBGL = "() => !!document.createElement('canvas').getContext('webgl2')"


def test_a_phone_is_a_phone_and_a_desk_is_a_desk(browser: Browser) -> None:
    with phone(browser, "http://127.0.0.1") as hers, desktop(browser, "http://127.0.0.1") as his:
        small, large = hers.new_page(), his.new_page()
        small.goto(PAGE)
        large.goto(PAGE)
        assert small.evaluate("[innerWidth, navigator.maxTouchPoints > 0]") == [390, True]
        assert large.evaluate("[innerWidth, navigator.maxTouchPoints > 0]") == [1440, False]
        assert small.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"


def test_the_map_can_draw(browser: Browser) -> None:
    with desktop(browser, "http://127.0.0.1") as his:
        assert his.new_page().evaluate(WEBGL)


def test_a_picture_is_kept(browser: Browser) -> None:
    with phone(browser, "http://127.0.0.1") as hers:
        page = hers.new_page()
        page.goto(PAGE)
        picture = screenshot(page, "Support: a picture")
    assert picture.name == "support-a-picture.png"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_axe_finds_a_picture_without_words(browser: Browser) -> None:
    with phone(browser, "http://127.0.0.1") as hers:
        page = hers.new_page()
        page.goto(PAGE)
        assert [violation.rule for violation in axe(page)] == ["image-alt"]


def test_a_missing_chromium_is_said_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    support.executable.cache_clear()
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(support.ChromiumMissing, match="apt-get install chromium"):
        support.executable()
    support.executable.cache_clear()
