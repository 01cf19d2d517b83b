"""When two people touch the same customer: conflicts and refusals in plain words, settled by those they concern."""

import re

from playwright.sync_api import BrowserContext, expect

from support.chromium import assert_accessible, screenshot
from support.people import (
    PATIENCE_MS,
    change_phone,
    enter,
    own_customer,
    saved_or_attention,
    visit_sync_page,
    wait_for_attention,
)


def test_both_changed_the_phone_number_and_the_manager_settles_it(rep: BrowserContext, manager: BrowserContext) -> None:
    page, desk = enter(rep, "rep2"), enter(manager, "manager")
    customer_id, name = own_customer(page)
    rep.set_offline(True)
    change_phone(page, customer_id, "0512-5550001")
    change_phone(desk, customer_id, "0512-5550002")
    saved_or_attention(desk)
    rep.set_offline(False)
    wait_for_attention(page)
    cards = visit_sync_page(page).locator("article, section, li")
    card = cards.filter(has_text="0512-5550001").filter(has_text=name).first
    expect(card).to_contain_text("0512-5550002")
    expect(card).to_contain_text("两个人都改了电话")
    screenshot(page, "conflict-phone", whole=True)
    assert_accessible(page)
    cards = visit_sync_page(desk).locator("article, section, li")
    theirs = cards.filter(has_text="0512-5550001").filter(has_text=name).last
    expect(theirs).to_be_visible()
    screenshot(desk, "conflict-desktop")
    theirs.get_by_role("button", name=re.compile("^用(?!我的|这个)")).click()
    desk.get_by_role("link", name="拜访记录").click()  # leaving ends the time in which it could be undone
    saved_or_attention(desk)
    page.goto(f"/customers/{customer_id}")
    expect(page.get_by_text("0512-5550001")).to_be_visible(timeout=PATIENCE_MS)
