"""Every screen as it looks: on a phone and at a desk, in Chinese and English, light and dark, and what axe says."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.chromium import assert_accessible, desktop, phone, screenshot
from support.people import enter, own_customer
from support.server import Server

PHONE_SCREENS = ["/today", "/customers", "/customers/new", "/check-in", "/plan", "/sync", "/me", "/me/privacy"]
DESK_SCREENS = ["/overview", "/visit-log", "/day", "/customers", "/sync", "/me"]
LOOKS = [("zh-CN", "light"), ("en-GB", "dark")]


def walk(page: Page, paths: list[str], name: str) -> None:
    for path in paths:
        page.goto(path)
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        screenshot(page, f"{name}{path.replace('/', '-')}")
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")  # what lies under the action bar is not judged
        assert_accessible(page)


@pytest.mark.feature(195)
@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_a_reps_screens(browser: Browser, company: Server, locale: str, scheme: str) -> None:
    with phone(browser, company.url, locale=locale, color_scheme=scheme) as context:
        page = enter(context, "rep4")
        customer_id, _ = own_customer(page)
        walk(page, [*PHONE_SCREENS, f"/customers/{customer_id}"], f"phone-{locale}-{scheme}")


@pytest.mark.feature(126, 127)
@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_a_managers_screens(browser: Browser, company: Server, locale: str, scheme: str) -> None:
    with desktop(browser, company.url, locale=locale, color_scheme=scheme) as context:
        page = enter(context, "manager")
        walk(page, DESK_SCREENS, f"desk-{locale}-{scheme}")
        a_persons_day(context, page, f"desk-{locale}-{scheme}")


def a_persons_day(context: BrowserContext, page: Page, name: str) -> None:
    """The last day on which anybody was out, and one person's part of it."""
    page.goto("/overview")
    page.get_by_role("button", name=re.compile("最近有拜访|last day with visits")).click()
    page.locator("a[href^='/day/']").first.click()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    screenshot(page, f"{name}-person-day")
    assert_accessible(page)


def first_ticket(page: Page) -> str:
    """The path of the first ticket in the list."""
    page.goto("/tickets")
    row = page.locator("a.ticket-row").first
    expect(row).to_be_visible()
    return (row.get_attribute("href") or "").split("?")[0]


@pytest.mark.feature(136, 143)
@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_the_services_screens(browser: Browser, company: Server, locale: str, scheme: str) -> None:
    with phone(browser, company.url, locale=locale, color_scheme=scheme) as context:
        page = enter(context, "tech2")
        walk(page, ["/tickets", first_ticket(page)], f"phone-{locale}-{scheme}")
    for look, device in (("phone", phone), ("desk", desktop)):
        with device(browser, company.url, locale=locale, color_scheme=scheme) as context:
            page = enter(context, "service")
            ticket = first_ticket(page)
            paths = ["/tickets?show=all", "/tickets/new", ticket, f"{ticket}/assign", f"{ticket}/edit"]
            walk(page, paths, f"{look}-service-{locale}-{scheme}")
