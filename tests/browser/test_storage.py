"""A phone that runs out of room, and a browser that deletes what it kept: nothing goes silently."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.chromium import assert_accessible, phone, screenshot
from support.devtools import limit_storage
from support.people import PATIENCE_MS, enter, own_customer, visit_sync_page, waiting_count
from support.pictures import gate_photo
from support.server import Server


@pytest.fixture(params=["zh-CN", "en"])
def rep(browser: Browser, company: Server, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    scheme = "light" if request.param == "zh-CN" else "dark"
    context = phone(browser, company.url, locale=request.param, color_scheme=scheme)
    yield context
    context.close()


def language(page: Page) -> str:
    return str(page.evaluate("document.documentElement.lang || navigator.language"))


def test_photos_are_refused_before_records(rep: BrowserContext, company: Server, tmp_path: Path) -> None:
    page = enter(rep, "rep1")
    customer_id, _ = own_customer(page)
    used = page.evaluate("navigator.storage.estimate().then(({ usage }) => usage)")
    # Of what is left over, a tenth of all is for records alone.
    limit_storage(page, company.url, int(used * 1.08))
    rep.set_offline(True)
    page.goto(f"/check-in/{customer_id}")
    page.locator("input[type=file]").set_input_files(gate_photo(tmp_path / "gate.jpg"))
    expect(page.get_by_text(re.compile("照片没有保存|photo was not kept"))).to_be_visible()
    page.get_by_role("button", name=re.compile("签到|Check in")).click()
    expect(page).to_have_url(re.compile("/visits/"))
    assert waiting_count(page) >= 1
    visit_sync_page(page)
    expect(page.get_by_text(re.compile("没有空间保存照片|no room for photos"))).to_be_visible()
    screenshot(page, f"storage-full-{language(page)}", whole=True)
    assert_accessible(page)
    limit_storage(page, company.url, None)
    rep.set_offline(False)
    expect(page.locator(".sync-mark").first).not_to_have_text(re.compile("待发送|to send"), timeout=PATIENCE_MS)


DELETE = """async () => {
    for (const { name } of await indexedDB.databases()) {
        await new Promise((resolve) => { indexedDB.deleteDatabase(name).onsuccess = resolve })
    }
}"""


def test_unsent_work_that_the_browser_has_deleted_is_told(rep: BrowserContext, company: Server) -> None:
    page = enter(rep, "rep2")
    customer_id, _ = own_customer(page)
    rep.set_offline(True)
    page.goto(f"/check-in/{customer_id}")
    page.get_by_role("button", name=re.compile("签到|Check in")).click()
    expect(page).to_have_url(re.compile("/visits/"))
    waiting_count(page)
    # A page of the server's own lets the database go; then it is deleted as a browser does that runs out of room.
    rep.set_offline(True)
    bare = rep.new_page()
    bare.goto("/manifest.webmanifest")
    page.close()
    bare.evaluate(DELETE)
    rep.set_offline(False)
    page = rep.new_page()
    visit_sync_page(page)
    told = page.get_by_role("alert").filter(has_text=re.compile("丢失了 1 条记录|One entry was lost"))
    expect(told).to_be_visible(timeout=PATIENCE_MS)
    screenshot(page, f"storage-lost-{language(page)}", whole=True)
    assert_accessible(page)
    told.get_by_role("button").click()
    expect(told).to_be_hidden()
    page.goto(f"/customers/{customer_id}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
