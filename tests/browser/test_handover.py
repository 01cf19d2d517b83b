"""A whole job on one phone without a network, up to the customer's signature and rating, and what the desk sees."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.chromium import assert_accessible, desktop, phone, screenshot
from support.people import PATIENCE_MS, enter, saved, until, visit_sync_page, waiting_count
from support.pictures import gate_photo
from support.server import Server
from support.service import give_a_job, state

TITLE = "门封条破损"
COMMENT = "换完还是漏冷气"
BOTH_PICTURES = """async () =>
    [...document.querySelectorAll('.photo-strip img')].filter((one) => one.naturalWidth > 100).length === 2"""
SIGNED_IN_DRAFT = """() => new Promise((tell) => {
    const { user } = JSON.parse(localStorage.getItem('cairn.session'))
    const opening = indexedDB.open(`cairn-drafts-${user.id}`)
    opening.onsuccess = () => {
        const reading = opening.result.transaction('drafts').objectStore('drafts').getAll()
        reading.onsuccess = () => {
            opening.result.close()
            tell(reading.result.some(({ value }) => value.strokes?.length === 2 && value.strokes[1].length > 5))
        }
    }
})"""


def add_photo(page: Page, moment: str, photo: Path, caption: str) -> None:
    form = page.locator(".add-photos")
    form.get_by_role("radio", name=moment).click()
    form.locator("input[type=file]").set_input_files(photo)
    form.get_by_label(re.compile("说明")).fill(caption)
    form.get_by_role("button", name="保存 1 张照片").click()
    expect(page.locator(".photo-strip__caption").get_by_text(caption)).to_be_visible()


def sign(page: Page, name: str) -> None:
    """Write something with the mouse, and the name."""
    page.get_by_label("您的姓名").fill(name)
    field = page.locator(".signature__field")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    for start in (0.2, 0.5):
        page.mouse.move(box["x"] + box["width"] * start, box["y"] + box["height"] * 0.3)
        page.mouse.down()
        for step in range(1, 8):
            x = box["x"] + box["width"] * (start + step * 0.03)
            page.mouse.move(x, box["y"] + box["height"] * (0.3 + 0.4 * (step % 2)))
        page.mouse.up()


def do_the_job(page: Page, folder: Path) -> None:
    page.get_by_role("button", name="接单", exact=True).click()
    page.get_by_role("button", name="签到", exact=True).click()
    state(page, "服务中")
    add_photo(page, "服务前", gate_photo(folder / "before.jpg"), "旧封条")
    page.get_by_role("button", name="签退", exact=True).click()
    page.get_by_label("服务报告").fill("更换门封条")
    page.get_by_role("button", name="签退", exact=True).click()
    state(page, "已完工")
    screenshot(page, "handover-ticket-done", whole=True)
    page.get_by_role("button", name="交给客户确认").click()


def refuse_to_leave(page: Page, heading: str) -> None:
    """Whatever the technician tries, the page stays the customer's."""
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    for path in ("/tickets", "/sync", "/"):
        page.goto(path)
        expect(page).to_have_url(re.compile("/hand-over$"))
    page.go_back()
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


@pytest.mark.feature(147)
def test_a_job_up_to_the_customers_rating_without_a_network(browser: Browser, company: Server, tmp_path: Path) -> None:
    with phone(browser, company.url) as technician, desktop(browser, company.url) as manager:
        desk = enter(manager, "service")
        page = give_a_job(desk, technician, TITLE)
        technician.set_offline(True)
        page.get_by_role("link", name=re.compile(TITLE)).click()
        do_the_job(page, tmp_path)

        expect(page.get_by_text("更换门封条")).to_be_visible()
        expect(page.locator(".photo-strip img")).to_have_count(1)
        page.get_by_role("radio", name="English").click()
        expect(page.get_by_role("heading", name="Service done")).to_be_visible()
        page.get_by_role("radio", name="中文").click()
        sign(page, "王海燕")
        until(page, SIGNED_IN_DRAFT, None)
        page.reload()
        expect(page.get_by_label("您的姓名")).to_have_value("王海燕")
        expect(page.get_by_role("button", name="清除")).to_be_enabled()
        screenshot(page, "handover-sign", whole=True)
        page.get_by_role("button", name="签字确认").click()
        refuse_to_leave(page, "这次服务怎么样？")
        page.get_by_role("button", name="提交评价").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.locator("label", has_text=re.compile(r"2\s*不满意")).click()
        page.get_by_role("radiogroup").get_by_role("radio", name="没有").click()
        page.get_by_label(re.compile("还想说什么")).fill(COMMENT)
        screenshot(page, "handover-rate", whole=True)
        page.get_by_role("button", name="提交评价").click()
        refuse_to_leave(page, "谢谢您")
        expect(page.get_by_text(COMMENT)).to_have_count(0)
        page.get_by_role("button", name="手机已交还").click()

        handed_over = page.locator(".ticket-handover")
        expect(handed_over).to_contain_text("王海燕签字")
        expect(handed_over).to_contain_text("封存")
        expect(handed_over.locator("img")).to_have_count(1)
        expect(page.get_by_role("button", name="交给客户确认")).to_have_count(0)
        ticket = page.url
        page.goto(f"{ticket}/hand-over")
        expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
        assert waiting_count(visit_sync_page(page)) == 6
        expect(page.get_by_text("已封存")).to_be_visible()
        expect(page.get_by_text(COMMENT)).to_have_count(0)

        technician.set_offline(False)
        saved(page)
        for who in (page, desk):
            who.goto(ticket)
            handed_over = who.locator(".ticket-handover")
            expect(handed_over).to_contain_text("2 / 5 · 不满意", timeout=PATIENCE_MS)
            expect(handed_over).to_contain_text("问题没有解决")
            expect(handed_over).to_contain_text(COMMENT)
            until(who, BOTH_PICTURES, None)
        screenshot(desk, "handover-seen", whole=True)
        assert_accessible(desk)
