"""A request on its whole way: taken down and given out, done without a network, called back and closed."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.chromium import assert_accessible, desktop, phone, screenshot
from support.people import PATIENCE_MS, enter, saved, saved_or_attention, waiting_count
from support.server import Server
from support.service import give_a_job, state

TITLE = "蒸发器结霜"


def do_the_job(page: Page) -> None:
    for button, words in (
        ("接单", "已接单"),
        ("我出发了", "在路上"),
        ("签到", "服务中"),
        ("暂停", "已暂停"),
        ("继续", "服务中"),
    ):
        page.get_by_role("button", name=button, exact=True).click()
        state(page, words)
    page.get_by_role("button", name="签退", exact=True).click()
    page.get_by_label("服务报告").fill("融霜加热管断路，更换后正常")
    screenshot(page, "ticket-sign-out-offline")
    page.get_by_role("button", name="签退", exact=True).click()
    state(page, "已完工")


def call_back_and_close(desk: Page) -> None:
    desk.get_by_role("button", name="回访", exact=True).click()
    desk.get_by_role("radiogroup", name=re.compile("满意度")).get_by_role("radio", name="4").click()
    desk.get_by_label(re.compile("客户的话")).fill("师傅很细心")
    assert_accessible(desk)
    desk.get_by_role("button", name="保存回访").click()
    state(desk, "已回访")
    desk.get_by_role("button", name="关闭工单").click()
    state(desk, "已关闭")


@pytest.fixture
def technician(browser: Browser, company: Server) -> BrowserContext:
    return phone(browser, company.url)


@pytest.mark.feature(136, 140, 141, 142, 143, 145)
def test_a_job_done_without_a_network(technician: BrowserContext, manager: BrowserContext) -> None:
    desk = enter(manager, "service")
    page = give_a_job(desk, technician, TITLE)
    technician.set_offline(True)
    page.get_by_role("link", name=re.compile(TITLE)).click()
    expect(page.locator("a[href^='tel:']").first).to_be_visible()
    do_the_job(page)
    assert waiting_count(page) == 6
    screenshot(page, "ticket-done-offline")
    page.close()
    page = technician.new_page()
    page.goto("/tickets")
    assert waiting_count(page) == 6
    expect(page.get_by_text(TITLE)).to_be_visible()

    technician.set_offline(False)
    saved(page)
    state(desk, "已完工")
    expect(desk.get_by_text("融霜加热管断路，更换后正常").first).to_be_visible()
    expect(desk.locator(".service-times__total").get_by_text("丁越")).to_be_visible()
    call_back_and_close(desk)
    saved_or_attention(desk)
    trace = desk.locator(".ticket-trace__head")
    expect(trace).to_have_text(
        ["关闭", "回访", "签退", "继续", "暂停", "签到", "出发", "接单", re.compile("派单"), "登记"]
    )
    screenshot(desk, "ticket-closed", whole=True)
    technician.close()


@pytest.mark.feature(146)
def test_each_number_of_the_completion_rate_opens_its_tickets(manager: BrowserContext) -> None:
    desk = enter(manager, "service")
    desk.goto("/tickets")
    row = desk.locator(".completion tbody tr").first
    expect(row).to_be_visible(timeout=PATIENCE_MS)
    name = row.locator("th").inner_text()
    completed, assigned = (int(row.locator("a").nth(index).inner_text()) for index in (0, 1))
    assert 0 < completed < assigned
    hundredths = (completed * 20_000 + assigned) // (2 * assigned)
    expect(row.locator("td").last).to_have_text(f"{hundredths / 100:g} %")
    for index, count in ((0, completed), (1, assigned)):
        desk.goto("/tickets")
        desk.locator(".completion tbody tr").first.locator("a").nth(index).click()
        rows = desk.locator(".ticket-board .ticket-row")
        expect(rows).to_have_count(count)
        expect(rows.first).to_contain_text(name)


@pytest.mark.feature(135)
def test_a_salesperson_takes_down_what_a_customer_asks_for(browser: Browser, company: Server) -> None:
    with phone(browser, company.url) as context, desktop(browser, company.url) as other:
        service = enter(other, "service")
        service.goto("/tickets?show=unassigned")
        page = enter(context, "rep1")
        page.goto("/customers")
        page.locator("a.customer-row").first.click()
        page.get_by_role("link", name="新建工单").click()
        page.get_by_label("什么问题？").fill("库门关不严")
        screenshot(page, "ticket-new")
        assert_accessible(page)
        page.get_by_role("button", name="保存").click()
        state(page, "新工单")
        # Nobody reloads at the desk: it arrives by itself.
        expect(service.get_by_text("库门关不严")).to_be_visible(timeout=PATIENCE_MS)
