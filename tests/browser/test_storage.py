"""A phone that is nearly full: photos are refused first, and what is recorded never."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.chromium import assert_accessible, chromium, phone, screenshot
from support.devtools import TRUE_QUOTA, take_room
from support.people import PATIENCE_MS, enter, own_customer, saved_or_attention, until, waiting_count
from support.pictures import gate_photo
from support.server import Server

HARDLY_ANY = 200_000
"""Bytes: less than is kept free for records, and enough for hundreds of them."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One that says how much room there really is."""
    with chromium(TRUE_QUOTA) as running:
        yield running


def try_a_photo(page: Page, picture: Path) -> None:
    page.locator("input[type=file]").set_input_files(picture)
    expect(page.get_by_text("这张照片没有保存")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_alt_text("照片 1")).to_have_count(0)


def test_a_full_phone_refuses_photos_and_keeps_recording(browser: Browser, company: Server, tmp_path: Path) -> None:
    with phone(browser, company.url) as context:
        page = enter(context, "rep2")
        customer_id, _ = own_customer(page)
        take_room(page, company.url, HARDLY_ANY)
        context.set_offline(True)
        page.goto(f"/check-in/{customer_id}")
        try_a_photo(page, gate_photo(tmp_path / "gate.jpg"))
        page.get_by_label("备忘").fill("手机快满了")
        page.get_by_role("button", name=re.compile("签到")).click()
        expect(page).to_have_url(re.compile("/visits/"), timeout=PATIENCE_MS)
        visit_id = page.url.rsplit("/", 1)[-1].partition("?")[0]
        assert waiting_count(page) == 1

        page.goto("/sync")
        expect(page.locator(".storage-card__pressure")).to_be_visible(timeout=PATIENCE_MS)
        screenshot(page, "storage-full", whole=True)
        assert_accessible(page)

        context.set_offline(False)
        saved_or_attention(page)
        visit = until(page, "async (id) => (await (await fetch(`/api/v1/visits/${id}`)).json())", visit_id)
        assert visit["note"] == "手机快满了" and visit["photo_ids"] == []
