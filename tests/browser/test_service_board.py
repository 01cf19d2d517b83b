"""The after-sales board: what customers said is counted, and every number opens its tickets."""

import pytest
from playwright.sync_api import Browser, expect

from support.chromium import assert_accessible, desktop, phone, screenshot
from support.people import enter, saved_or_attention
from support.server import Server


@pytest.mark.feature(148, 149, 151)
def test_every_number_of_the_board_opens_its_tickets(browser: Browser, company: Server) -> None:
    with desktop(browser, company.url) as context:
        page = enter(context, "service")
        saved_or_attention(page)
        page.get_by_role("link", name="售后看板").click()
        page.get_by_label("登记时间").select_option("365")
        total = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="合计"))
        answered = total.get_by_role("link").nth(2)
        expect(answered).not_to_have_text("0")
        screenshot(page, "service-board-desk")
        assert_accessible(page)
        with page.expect_download() as saved:
            page.get_by_role("button", name="CSV").click()
        lines = saved.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert [line.split(",")[0] for line in lines][-1] == "合计"
        count = answered.inner_text()
        assert lines[-1].split(",")[5] == count
        complaints = page.locator(".complaint-rate")
        counted = complaints.locator("b").inner_text()
        expect(complaints).to_contain_text("投诉率")
        complaints.click()
        expect(page.locator(".ticket-board__list a")).to_have_count(int(counted))
        expect(page.locator(".ticket-board__narrow")).to_contain_text("投诉")
        page.go_back()
        page.get_by_label("登记时间").select_option("365")
        answered.click()
        expect(page.locator(".ticket-board__narrow")).to_contain_text("已答复")
        expect(page.locator(".ticket-board__list a")).to_have_count(int(count))
        page.get_by_role("button", name="显示全部").click()
        expect(page.locator(".ticket-board__narrow")).to_be_hidden()
    with phone(browser, company.url, locale="en-GB", color_scheme="dark") as context:
        page = enter(context, "service")
        page.goto("/service-board")
        expect(page.get_by_role("rowheader", name="All together")).to_be_visible()
        screenshot(page, "service-board-phone")
        assert_accessible(page)
        context.set_offline(True)
        page.get_by_label("Taken down in the last").select_option("7")
        expect(page.get_by_text("counted by the server")).to_be_visible()
