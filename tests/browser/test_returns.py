"""Goods on their way back: asked for without a network, allowed by somebody else, counted, and gone from the order."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.chromium import assert_accessible, desktop, phone, screenshot
from support.people import NOTHING_WAITS, PATIENCE_MS, enter, saved_or_attention, until, waiting_count
from support.pictures import gate_photo
from support.server import Server

NOTE = "扇叶断裂"


def state(page: Page, words: str) -> None:
    expect(page.locator(".return-page__lead").get_by_text(words, exact=True)).to_be_visible(timeout=PATIENCE_MS)


def order_that_nothing_came_of(page: Page) -> str:
    orders = page.request.get("/api/v1/orders").json()["items"]
    taken = {each["order_id"] for each in page.request.get("/api/v1/returns").json()["items"]}
    return str(next(each["id"] for each in orders if each["id"] not in taken))


def ask_offline(page: Page, picture: Path) -> None:
    page.get_by_role("link", name="申请退货").click()
    page.get_by_role("button", name="增加").first.click()
    page.get_by_role("button", name="增加").first.click()
    page.get_by_label(re.compile("^说明")).fill(NOTE)
    page.locator("input[type=file]").set_input_files(picture)
    expect(page.locator(".photo-field__one img")).to_be_visible()
    screenshot(page, "return-new-offline", whole=True)
    assert_accessible(page)
    page.get_by_role("button", name="提交审批").click()
    state(page, "待审批")
    assert waiting_count(page) == 1


def allow(desk: Page) -> None:
    desk.goto("/returns?show=requested")
    rows = desk.locator(".return-list__rows a")
    expect(rows.first).to_contain_text("× 2", timeout=PATIENCE_MS)
    rows.first.click()
    expect(desk.get_by_text(NOTE)).to_be_visible()
    expect(desk.locator(".photo-strip img")).to_be_visible(timeout=PATIENCE_MS)
    screenshot(desk, "return-desk")
    assert_accessible(desk)
    desk.get_by_role("button", name="批准").click()
    state(desk, "已批准")
    saved_or_attention(desk)


def look_at_board(desk: Page) -> None:
    desk.goto("/return-board")
    row = desk.get_by_role("row").filter(has=desk.get_by_role("rowheader", name="损坏"))
    came = row.get_by_role("link").nth(1)
    expect(came).to_have_text(re.compile(r"[1-9]"))
    shares = desk.locator(".return-table tbody td:nth-child(5) a").all_inner_texts()
    assert round(sum(float(each.removesuffix(" %")) for each in shares), 2) == 100
    screenshot(desk, "return-board-desk")
    assert_accessible(desk)
    for kind in ("CSV", "XLSX"):
        with desk.expect_download() as file:
            desk.get_by_role("button", name=kind).click()
        assert file.value.path().stat().st_size > 500
    desk.get_by_role("radio", name="产品").click()
    expect(desk.locator(".reason-bar").first).to_be_visible()
    screenshot(desk, "return-board-product")
    assert_accessible(desk)
    desk.get_by_role("radio", name="原因").click()
    count = int(came.inner_text())
    came.click()
    expect(desk.locator(".return-list__rows a")).to_have_count(count)
    expect(desk.locator(".return-list__narrow")).to_contain_text("损坏")


@pytest.mark.feature(152, 153, 154, 155)
def test_goods_come_back(browser: Browser, company: Server, tmp_path: Path) -> None:
    with phone(browser, company.url) as context, desktop(browser, company.url) as other:
        page = enter(context, "rep1")
        order = f"/orders/{order_that_nothing_came_of(page)}"
        page.goto(order)
        before = page.locator(".order-page__net_amount").inner_text()
        context.set_offline(True)
        ask_offline(page, gate_photo(tmp_path / "fan.jpg"))
        expect(page.get_by_text("您提出的申请由他人审批")).to_be_visible()
        context.set_offline(False)
        until(page, NOTHING_WAITS, None)
        allow(enter(other, "finance"))
        # Nobody reloads: it arrives by itself.
        state(page, "已批准")
        page.get_by_role("button", name="收到退货").click()
        screenshot(page, "return-receive")
        assert_accessible(page)
        page.get_by_role("button", name="保存收货").click()
        state(page, "货已退回")
        until(page, NOTHING_WAITS, None)
        page.goto(order)
        expect(page.get_by_text("已退回 2")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator(".order-page__net_amount")).not_to_have_text(before)
        screenshot(page, "order-returned", whole=True)
        assert_accessible(page)
        look_at_board(other.pages[0])
