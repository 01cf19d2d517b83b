"""A customer is lost while edits of it are unsent: facts are kept, the edit is refused and handed over."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from support.chromium import assert_accessible, screenshot
from support.people import PATIENCE_MS, change_phone, enter, own_customer, saved_or_attention, until, visit_sync_page


def test_a_lost_customer_keeps_facts_and_hands_the_refused_edit_over(
    rep: BrowserContext, manager: BrowserContext
) -> None:
    page, desk = enter(rep, "rep3"), enter(manager, "manager")
    customer_id, name = own_customer(page)
    rep.set_offline(True)
    change_phone(page, customer_id, "0512-5550003")
    page.goto(f"/check-in/{customer_id}")
    page.get_by_role("button", name=re.compile("签到")).click()
    expect(page).to_have_url(re.compile("/visits/"))
    transfer(desk, customer_id)
    rep.set_offline(False)
    visit_sync_page(page)
    refusal = page.locator("article").filter(has_text="0512-5550003")
    expect(refusal.get_by_role("button", name="转交")).to_be_visible(timeout=PATIENCE_MS)
    screenshot(page, "refusal-phone", whole=True)
    assert_accessible(page)
    refusal.get_by_role("button", name="转交").click()
    page.get_by_role("link", name="客户").click()
    saved_or_attention(page)
    desk.goto(f"/customers/{customer_id}")
    note = desk.get_by_text(re.compile("未能录入")).filter(has_text="0512-5550003")
    expect(note).to_be_visible(timeout=PATIENCE_MS)
    page.goto(f"/customers/{customer_id}")
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def transfer(desk: Page, customer_id: str) -> None:
    """Hand a customer over to rep1, whose work the same manager leads, and wait until the server has done it."""
    owner = "async (id) => (await (await fetch(`/api/v1/accounts/${id}`)).json()).owner_id"
    before = desk.evaluate(owner, customer_id)
    desk.goto(f"/customers/{customer_id}")
    desk.get_by_role("link", name="移交").click()
    desk.get_by_role("radio", name=re.compile("林晓舟")).check()
    desk.get_by_role("button", name=re.compile("移交给")).click()
    done = f"async ([id, before]) => (await ({owner})(id)) !== before"
    until(desk, done, [customer_id, before])
