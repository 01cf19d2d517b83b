"""A customer follows a job by a link: no account, no app, whatever the phone's language and light."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.chromium import assert_accessible, phone, screenshot
from support.people import PATIENCE_MS, enter, saved
from support.server import Server

LOOK_NOW = "document.dispatchEvent(new Event('visibilitychange'))"
"""What the page does by itself every half minute."""


def step(page: Page, name: str, state: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".ticket-page__lead").get_by_text(state, exact=True)).to_be_visible(timeout=PATIENCE_MS)


def hand_out_link(context: BrowserContext, page: Page) -> str:
    """Without a network: the address is shown at once and works once the phone has sent it."""
    context.set_offline(True)
    page.get_by_role("button", name="生成客户链接").click()
    address = page.locator(".for-customer__address a")
    expect(address).to_be_visible()
    screenshot(page, "ticket-for-customer", whole=True)
    assert_accessible(page)
    context.set_offline(False)
    saved(page)
    return address.inner_text()


def mail_report(page: Page) -> None:
    expect(page.get_by_role("link", name="服务报告（PDF）")).to_be_visible()
    page.get_by_role("button", name="用邮件发送报告").click()
    page.get_by_label("邮箱地址").fill("nobody")
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.get_by_text("请填写邮箱地址。")).to_be_visible()
    page.get_by_label("邮箱地址").fill("wang@example.com")
    page.locator(".for-customer").scroll_into_view_if_needed()
    screenshot(page, "ticket-send-report")
    assert_accessible(page)
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.get_by_text("报告将发送到 wang@example.com")).to_be_visible()
    saved(page)


def see_stage(customer: Page, words: str) -> None:
    seen = f"words => {{ {LOOK_NOW}; return document.querySelector('.stage')?.textContent.trim() === words }}"
    customer.wait_for_function(seen, arg=words, polling=500)


def rate(customer: Page) -> None:
    customer.get_by_role("radio", name=re.compile("5 很满意")).check()
    customer.get_by_role("radio", name="解决了", exact=True).check()
    customer.get_by_label("还想说的话").fill("师傅很细心")
    customer.get_by_role("button", name="提交评价").click()
    expect(customer.get_by_text("感谢您的评价")).to_be_visible()
    expect(customer.locator("form")).to_have_count(0)


def look_in_english_at_night(browser: Browser, company: Server, address: str) -> None:
    with phone(browser, company.url, locale="en-GB", color_scheme="dark") as context:
        page = context.new_page()
        page.goto(address)
        expect(page.locator(".stage")).to_have_text("The work is done")
        assert_accessible(page)
        screenshot(page, "customer-page-en-dark", whole=True)
        page.get_by_role("link", name="中文").click()
        expect(page.locator(".stage")).to_have_text("服务已完成")


@pytest.mark.feature(144)
def test_a_customer_follows_a_job_by_a_link(browser: Browser, company: Server) -> None:
    with phone(browser, company.url) as technician, phone(browser, company.url) as theirs:
        page = enter(technician, "tech1")
        page.goto("/tickets")
        page.get_by_role("link", name=re.compile("已接单")).first.click()
        address = hand_out_link(technician, page)
        customer = theirs.new_page()
        customer.goto(address)
        expect(customer.locator(".stage")).to_have_text("已安排服务人员")
        expect(customer.get_by_text("丁越")).to_be_visible()
        screenshot(customer, "customer-page-zh", whole=True)

        step(page, "签到", "服务中")
        saved(page)
        see_stage(customer, "正在为您服务")
        page.get_by_role("button", name="签退", exact=True).click()
        page.get_by_label("服务报告").fill("融霜加热管断路，更换后正常")
        step(page, "签退", "已完工")
        saved(page)
        mail_report(page)
        see_stage(customer, "服务已完成")
        expect(customer.locator("form")).to_be_visible()
        assert_accessible(customer)
        screenshot(customer, "customer-page-zh-done", whole=True)
        report = customer.get_by_role("link", name=re.compile("服务报告")).get_attribute("href")
        assert theirs.request.get(f"{company.url}{report}").body().startswith(b"%PDF")
        rate(customer)
        look_in_english_at_night(browser, company, address)

        page.get_by_role("button", name="收回").click()
        expect(page.locator(".for-customer__link")).to_have_count(0)
        saved(page)
        customer.evaluate(LOOK_NOW)
        expect(customer.get_by_role("heading", name="此链接无效")).to_be_visible()
        assert_accessible(customer)
