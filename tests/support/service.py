"""What those do who take requests and give them out, on their screens."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from support.people import PATIENCE_MS, enter, saved_or_attention


def take_down(desk: Page, title: str) -> None:
    desk.get_by_role("link", name="新建工单").click()
    desk.locator(".new-ticket__picker button.list-row").first.click()
    desk.get_by_label("什么问题？").fill(title)
    desk.get_by_label("紧急程度").select_option("urgent")
    desk.get_by_label("产品或订单").fill("DD-30 / 7712")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_role("heading", name=title)).to_be_visible()


def give_to(desk: Page, name: str) -> None:
    desk.get_by_role("button", name="派单").click()
    desk.get_by_role("button", name=re.compile(name)).click()
    expect(desk.locator(".ticket-facts").get_by_text(name)).to_be_visible()


def state(page: Page, words: str) -> None:
    expect(page.locator(".ticket-page__lead").get_by_text(words, exact=True)).to_be_visible(timeout=PATIENCE_MS)


def give_a_job(desk: Page, technician: BrowserContext, title: str) -> Page:
    """A request is taken down and given to tech1, whose phone has heard of it."""
    desk.goto("/tickets")
    take_down(desk, title)
    give_to(desk, "丁越")
    saved_or_attention(desk)
    page = enter(technician, "tech1")
    expect(page).to_have_url(re.compile("/tickets"))
    expect(page.get_by_text(title)).to_be_visible(timeout=PATIENCE_MS)
    return page
