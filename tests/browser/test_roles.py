"""What each sees and may do: a colleague's customer, a technician's day, a phone that may not tell its position."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from support.chromium import assert_accessible, desktop, phone, screenshot
from support.people import PATIENCE_MS, enter, own_customer, saved, saved_or_attention
from support.pictures import gate_photo
from support.server import Server


def colleagues_customer(page: Page) -> tuple[str, str]:
    """Id and name of the first customer in the list that belongs to somebody else."""
    page.goto("/customers")
    page.get_by_role("radio", name="全部").click()
    row = page.locator("a.customer-row").filter(has_not_text="我的").first
    expect(row).to_be_visible(timeout=PATIENCE_MS)
    address = row.get_attribute("href") or ""
    return address.rsplit("/", 1)[-1], row.locator(".customer-row__name").inner_text()


def test_a_colleagues_customer_shows_only_its_card(browser: Browser, company: Server) -> None:
    with phone(browser, company.url) as context:
        page = enter(context, "rep1")
        customer_id, name = colleagues_customer(page)
        page.goto(f"/customers/{customer_id}")
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        expect(page.get_by_text("联系人和往来记录只对其可见")).to_be_visible()
        expect(page.get_by_role("link", name="编辑")).to_have_count(0)
        expect(page.get_by_role("link", name="添加联系人")).to_have_count(0)
        expect(page.locator("a[href^='tel:']")).to_have_count(0)
        expect(page.get_by_role("link", name="在此签到")).to_be_visible()
        screenshot(page, "colleagues-customer")
        assert_accessible(page)


def test_a_technician_visits_a_customer(browser: Browser, company: Server) -> None:
    with phone(browser, company.url) as context:
        page = enter(context, "tech1")
        expect(page).to_have_url(re.compile("/tickets"))
        tabs = page.get_by_role("navigation", name="导航")
        expect(tabs.get_by_role("link")).to_have_text(["工单", "今天", "客户", "我的"])
        screenshot(page, "technician-jobs")
        customer_id, _ = colleagues_customer(page)
        context.set_offline(True)
        page.goto(f"/check-in/{customer_id}")
        page.get_by_label("备忘").fill("压缩机有异响")
        page.get_by_role("button", name=re.compile("签到")).click()
        expect(page).to_have_url(re.compile("/visits/"))
        page.get_by_label("拜访报告").fill("更换轴承，运行正常")
        page.get_by_role("button", name="签退").click()
        expect(page.get_by_text("更换轴承，运行正常")).to_be_visible()
        context.set_offline(False)
        saved(page)


def test_without_permission_for_the_position_there_is_a_way_on(browser: Browser, company: Server) -> None:
    with phone(browser, company.url, permissions=[], geolocation=None) as context:
        page = enter(context, "rep2")
        customer_id, name = own_customer(page)
        page.goto(f"/check-in/{customer_id}")
        trouble = page.get_by_role("alert").filter(has_text="没有允许")
        expect(trouble).to_be_visible(timeout=PATIENCE_MS)
        screenshot(page, "position-denied")
        assert_accessible(page)
        trouble.get_by_role("link", name="改写备忘").click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        context.grant_permissions(["geolocation"])
        context.set_geolocation({"latitude": 31.3, "longitude": 120.6, "accuracy": 10})
        page.goto(f"/check-in/{customer_id}")
        page.get_by_role("button", name=re.compile("签到")).click()
        expect(page).to_have_url(re.compile("/visits/"))


@pytest.mark.feature(126)
def test_the_manager_sees_the_photo(
    browser: Browser, company: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    picture = gate_photo(tmp_path_factory.mktemp("photo") / "gate.jpg")
    with phone(browser, company.url) as hers, desktop(browser, company.url) as his:
        page, desk = enter(hers, "rep3"), enter(his, "manager")
        customer_id, name = own_customer(page)
        hers.set_offline(True)
        page.goto(f"/check-in/{customer_id}")
        page.locator("input[type=file]").set_input_files(picture)
        expect(page.get_by_alt_text("照片 1")).to_be_visible()
        page.get_by_role("button", name=re.compile("签到")).click()
        expect(page).to_have_url(re.compile("/visits/"))
        expect(page.locator(".photo-strip img")).to_have_count(1)
        page.goto("/sync")
        expect(page.get_by_text(f"{name} 1.jpg")).to_be_visible()
        hers.set_offline(False)
        saved_or_attention(page)
        desk.goto("/visit-log")
        desk.get_by_role("row").filter(has_text=name).first.click()
        photo = desk.locator(".photo-strip img")
        expect(photo).to_be_visible(timeout=PATIENCE_MS)
        assert photo.evaluate("async (image) => { await image.decode(); return image.naturalWidth > 0 }")
        photo.click()
        expect(desk.locator(".photo-view__picture")).to_be_visible()
        screenshot(desk, "manager-sees-the-photo")
