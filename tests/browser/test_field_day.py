"""The main journey: a day recorded without a network on a phone reaches the manager's screen, exactly once."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from support.chromium import assert_accessible, screenshot
from support.people import enter, own_customer, phone_field, save_phone, saved_or_attention, waiting_count
from support.pictures import gate_photo


def add_contact(page: Page) -> None:
    page.get_by_role("link", name="添加联系人").click()
    page.get_by_label("姓名").fill("王海燕")
    phone_field(page).fill("0512-5550888")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("王海燕")).to_be_visible()


def edit_phone(page: Page, number: str) -> None:
    page.get_by_role("link", name=re.compile("编辑")).first.click()
    save_phone(page, number)


def check_in(page: Page, photo: Path) -> None:
    page.get_by_role("link", name="在此签到").click()
    page.locator("input[type=file]").set_input_files(photo)
    expect(page.get_by_alt_text("照片 1")).to_be_visible()
    page.get_by_label("备忘").fill("在大门口，保安登记")
    screenshot(page, "check-in-offline")
    page.get_by_role("button", name=re.compile("签到")).click()
    expect(page).to_have_url(re.compile("/visits/"))


def check_out(page: Page) -> None:
    page.get_by_label("拜访报告").fill("冷库温度正常，客户想加一台冷凝机组")
    page.get_by_label("下一步").fill("周五前报价")
    page.get_by_role("button", name="签退").click()
    expect(page.get_by_text("周五前报价")).to_be_visible()


def create_customer(page: Page) -> None:
    page.goto("/customers/new")
    page.get_by_label("名称").fill("太湖鲜果冷链")
    page.get_by_role("button", name="我在门口，就地采集").click()
    expect(page.get_by_text(re.compile("已采集"))).to_be_visible()
    page.get_by_role("button", name="创建客户").click()
    expect(page.get_by_role("heading", name="太湖鲜果冷链")).to_be_visible()


@pytest.mark.feature(123, 124, 125, 126, 127, 134, 195)
def test_a_day_without_a_network_reaches_the_manager(
    rep: BrowserContext, manager: BrowserContext, tmp_path: Path
) -> None:
    page = enter(rep, "rep1")
    desk = enter(manager, "manager")
    expect(page.get_by_role("heading", name="今天")).to_be_visible()
    screenshot(page, "today-phone")
    assert_accessible(page)
    rep.set_offline(True)

    page.goto("/customers")
    page.get_by_role("radio", name="全部").click()
    expect(page.get_by_text("120 家客户")).to_be_visible()
    customer_id, name = own_customer(page)
    page.goto(f"/customers/{customer_id}")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    add_contact(page)
    edit_phone(page, "0512-5559999")
    check_in(page, gate_photo(tmp_path / "gate.jpg"))
    check_out(page)
    create_customer(page)
    recorded = waiting_count(page)
    assert recorded == 5

    page.close()
    page = rep.new_page()
    page.goto("/customers")
    page.get_by_label("搜索客户").fill("太湖")
    expect(page.get_by_text("太湖鲜果冷链").first).to_be_visible()
    assert waiting_count(page) == recorded
    screenshot(page, "reopened-offline")

    desk.goto("/visit-log")
    rep.set_offline(False)
    saved_or_attention(page)
    expect(desk.get_by_text(name).first).to_be_visible()
    screenshot(desk, "visit-log-live")
