"""Every screen as it looks: on a phone and at a desk, in Chinese and English, light and dark, and what axe says."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.chromium import assert_accessible, desktop, phone, screenshot
from support.people import PATIENCE_MS, enter, own_customer
from support.server import Server

PHONE_SCREENS = ["/today", "/customers", "/customers/new", "/check-in", "/plan", "/sync", "/me", "/me/privacy"]
DESK_SCREENS = ["/overview", "/visit-log", "/day", "/customers", "/sync", "/me"]
Maker = Callable[..., BrowserContext]
LOOKS = [("zh-CN", "light"), ("en-GB", "dark")]
SIZED_LOOKS = [(phone, "en-GB", "dark"), (desktop, "zh-CN", "light")]
"""Each size, language and light once: a fault of their crossing would be one of the frame, which all screens share."""


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


WRONG_CLOCK = """(() => {
    const Right = Date
    globalThis.Date = class extends Right {
        constructor(...given) { given.length ? super(...given) : super(Right.now() - 720_000) }
        static now() { return Right.now() - 720_000 }
    }
})()"""
LOST = """() => {
    const { user } = JSON.parse(localStorage.getItem('cairn.session'))
    localStorage.setItem(`cairn.lost.${user.id}`, JSON.stringify({ records: 3, photos: 2 }))
}"""
PARKED = {
    "id": "01a202c9-fee9-74de-9ba2-8b253d89be44",
    "device_id": None,
    "seq": None,
    "name": "accounts.edit",
    "v": 1,
    "args": {"id": "01a202c9-fee9-74de-9ba2-8b253d89be45", "set": {"phone": "0512-5550999"}},
    "author_id": "01a202c9-fee9-74de-9ba2-8b253d89be46",
    "at": "2026-11-20T02:12:00Z",
    "received_at": "2026-11-20T02:12:09Z",
    "code": "internal",
    "error": "KeyError: 'position'",
    "attempts": 4,
    "due_at": None,
    "state": "waiting",
    "outcome": None,
}


def look(page: Page, name: str) -> None:
    screenshot(page, name, whole=True)
    assert_accessible(page)
    small = page.evaluate("""() => [...document.querySelectorAll('main :is(button, a, summary, input)')]
        .filter((one) => one.checkVisibility() && one.offsetHeight > 0 && one.getBoundingClientRect().height < 48)
        .map((one) => one.outerHTML)""")
    assert small == [], "too small for a thumb"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the screen"


@pytest.mark.parametrize(("make", "locale", "scheme"), SIZED_LOOKS)
def test_the_sync_page_in_trouble(browser: Browser, company: Server, make: Maker, locale: str, scheme: str) -> None:
    """The clock is wrong, the browser has deleted unsent work, a conflict waits, and the app is too old."""
    with make(browser, company.url, locale=locale, color_scheme=scheme) as context:
        enter(context, "rep3").evaluate(LOST)
        context.pages[0].close()
        context.add_init_script(WRONG_CLOCK)
        page = context.new_page()
        page.goto("/sync")
        expect(page.locator(".loss-card")).to_be_visible()
        expect(page.locator(".conflict-card").first).to_be_visible()
        expect(page.locator(".sync-page__problem").first).to_be_visible(timeout=PATIENCE_MS)
        name = f"{make.__name__}-{locale}-{scheme}-sync"
        look(page, f"{name}-trouble")
        refusal = {"code": "upgrade_required", "params": {"min": 2}}
        page.route("**/sync/**", lambda route: route.fulfill(status=426, json=refusal))
        page.get_by_role("button", name=re.compile("立即发送|Send now")).click()
        expect(page.locator(".banner")).to_be_visible(timeout=PATIENCE_MS)
        look(page, f"{name}-old-app")


@pytest.mark.parametrize(("make", "locale", "scheme"), SIZED_LOOKS)
def test_an_administrators_screens(browser: Browser, company: Server, make: Maker, locale: str, scheme: str) -> None:
    """The devices, and what the server could not process: nothing of it, something, and without a network."""
    with make(browser, company.url, locale=locale, color_scheme=scheme) as context:
        page = enter(context, "admin")
        name = f"{make.__name__}-{locale}-{scheme}"
        for path, shown in [("/devices", ".device-row"), ("/me/devices", ".list-row"), ("/me/parked", ".empty-state")]:
            page.goto(path)
            expect(page.locator(shown).first).to_be_visible(timeout=PATIENCE_MS)
            look(page, f"{name}{path.replace('/', '-')}")
        waiting = {"items": [PARKED], "next": None}
        page.route("**/api/v1/parked-mutations*", lambda route: route.fulfill(json=waiting))
        page.reload()
        page.locator("summary").click()
        look(page, f"{name}-me-parked-one")
        page.unroute("**/api/v1/parked-mutations*")
        context.set_offline(True)
        for path in ("/devices", "/me/parked"):
            page.goto(path)
            expect(page.locator("[role=alert]")).to_be_visible(timeout=PATIENCE_MS)
            look(page, f"{name}{path.replace('/', '-')}-offline")


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


def handed_over(page: Page) -> str:
    """The path of a ticket that a customer has signed and rated."""
    ratings = page.evaluate("async () => (await (await fetch('/api/v1/ratings')).json()).items")
    return f"/tickets/{ratings[0]['ticket_id']}"


@pytest.mark.feature(136, 143)
@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_the_services_screens(browser: Browser, company: Server, locale: str, scheme: str) -> None:
    with phone(browser, company.url, locale=locale, color_scheme=scheme) as context:
        page = enter(context, "tech2")
        ticket = first_ticket(page)
        walk(page, ["/tickets", ticket, f"{ticket}/hand-over", handed_over(page)], f"phone-{locale}-{scheme}")
    look, device = ("desk", desktop) if scheme == "light" else ("phone", phone)
    with device(browser, company.url, locale=locale, color_scheme=scheme) as context:
        page = enter(context, "service")
        ticket = first_ticket(page)
        paths = ["/tickets?show=all", "/tickets/new", ticket, f"{ticket}/assign", f"{ticket}/edit"]
        walk(page, [*paths, handed_over(page)], f"{look}-service-{locale}-{scheme}")
