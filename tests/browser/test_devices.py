"""An administrator looks after the devices: sees what waits on a phone, and has it erased when it is lost."""

import re

from playwright.sync_api import Browser, Page, expect

from support.chromium import assert_accessible, desktop, phone, screenshot
from support.people import PATIENCE_MS, change_phone, enter, own_customer, waiting_count
from support.server import Server

NUMBER = "0512-5550077"


def record_offline(page: Page) -> str:
    """A change that only this phone knows; the id of its customer."""
    customer_id, _ = own_customer(page)
    page.context.set_offline(True)
    change_phone(page, customer_id, NUMBER)
    assert waiting_count(page) == 1
    return customer_id


def look(page: Page, name: str) -> None:
    screenshot(page, name)
    assert_accessible(page)


def test_a_lost_phone_sends_what_it_has_and_is_erased(browser: Browser, company: Server) -> None:
    with phone(browser, company.url) as lost, desktop(browser, company.url) as desk:
        page, admin = enter(lost, "rep5"), enter(desk, "admin")
        customer_id = record_offline(page)
        name = page.evaluate("JSON.parse(localStorage.getItem('cairn.session')).user.name")
        admin.goto("/devices")
        admin.get_by_label("人员、设备、平台或版本").fill(name)
        row = admin.locator(".device-row").filter(has_text=name).filter(has_text="Linux")
        expect(row).to_have_count(1, timeout=PATIENCE_MS)
        look(admin, "devices-desk-zh-light")
        row.get_by_role("button", name="清除").click()
        row.get_by_role("button", name="先发送再清除？").click()
        expect(row.get_by_text("将在下次联系时自行清除")).to_be_visible(timeout=PATIENCE_MS)
        look(admin, "devices-desk-erasing")

        lost.set_offline(False)
        page.goto("/today")
        expect(page.get_by_role("heading", name="此设备已被清除")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.get_by_text("没有丢失")).to_be_visible()
        look(page, "devices-erased-phone-zh-light")
        page.reload()
        expect(page.get_by_role("heading", name="此设备已被清除")).to_be_visible(timeout=PATIENCE_MS)

        admin.get_by_role("button", name=re.compile("^已停用")).click()
        expect(row.get_by_text(re.compile("已于.*清除"))).to_be_visible(timeout=PATIENCE_MS)
        sent = "async (id) => (await (await fetch(`/api/v1/accounts/${id}`)).json()).phone"
        assert admin.evaluate(sent, customer_id) == NUMBER
        page.get_by_role("button", name="重新登录").click()
        expect(page).to_have_url(re.compile("/sign-in"))


def test_the_devices_on_a_phone_in_english_and_dark(browser: Browser, company: Server) -> None:
    with phone(browser, company.url, locale="en-GB", color_scheme="dark") as pocket:
        page = enter(pocket, "admin")
        page.goto("/devices")
        expect(page.locator(".device-row").first).to_be_visible(timeout=PATIENCE_MS)
        look(page, "devices-phone-en-dark")
        page.get_by_role("button", name=re.compile("^With unsent work")).click()
        expect(page.get_by_role("heading", name="No device").or_(page.locator(".device-row").first)).to_be_visible()
        look(page, "devices-phone-en-dark-unsent")
