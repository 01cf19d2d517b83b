"""A form is designed at a desk and filled in a basement; what is out of limits is reported and gets a ticket."""

import io
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from support.chromium import assert_accessible, desktop, phone, screenshot
from support.people import PATIENCE_MS, enter, saved, until
from support.pictures import gate_photo
from support.server import Server
from support.service import give_a_job

TITLE = "冷藏柜月检"
FORM = "冷藏柜检查"
KEPT = """(wanted) => new Promise((tell) => {
    const { user } = JSON.parse(localStorage.getItem('cairn.session'))
    const opening = indexedDB.open(`cairn-drafts-${user.id}`)
    opening.onsuccess = () => {
        const reading = opening.result.transaction('drafts').objectStore('drafts').getAll()
        reading.onsuccess = () => {
            opening.result.close()
            const answers = reading.result.flatMap(({ value }) => Object.values(value.answers ?? {}))
            tell(answers.some((one) => one.value === wanted))
        }
    }
})"""


def add(desk: Page, kind: str, label: str) -> None:
    desk.locator(".point-list__kinds").get_by_role("button", name=kind, exact=True).click()
    desk.get_by_label("检查内容").fill(label)


def design(desk: Page) -> None:
    desk.goto("/checklists")
    desk.get_by_role("link", name="新建检查表").click()
    desk.get_by_label("检查表名称").fill(FORM)
    desk.get_by_role("checkbox", name="维修").check()
    add(desk, "数值", "柜内温度")
    desk.get_by_label("下限").fill("2")
    desk.get_by_label("上限").fill("1")
    desk.get_by_label(re.compile("单位")).fill("℃")
    desk.get_by_role("checkbox", name="不合格时生成后续工单").check()
    add(desk, "照片", "温度计读数")
    desk.get_by_label("出现条件").select_option(label="柜内温度")
    desk.get_by_label("结果为").select_option(label="超出范围")
    add(desk, "检查", "柜门关闭严密")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_role("alert")).to_contain_text("上下限")
    desk.get_by_label("上限").fill("8")
    expect(desk.locator(".form-preview")).to_contain_text("应为 2 … 8 ℃")
    screenshot(desk, "checklist-design", whole=True)
    assert_accessible(desk)
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_role("link", name=re.compile(FORM))).to_be_visible()
    saved(desk)


def fill(page: Page, folder: Path) -> None:
    page.get_by_role("link", name=f"填写：{FORM}").click()
    page.get_by_role("textbox", name="柜内温度").fill("12.5")
    expect(page.get_by_text("超出范围：应为 2 … 8 ℃")).to_be_visible()
    until(page, KEPT, 12.5)
    page.reload()
    expect(page.get_by_role("textbox", name="柜内温度")).to_have_value("12.5", timeout=PATIENCE_MS)
    screenshot(page, "checklist-number")
    page.get_by_role("button", name="下一项").click()
    page.locator("input[type=file]").set_input_files(gate_photo(folder / "thermometer.jpg"))
    expect(page.locator(".photo-field__one img")).to_be_visible()
    page.get_by_role("button", name="下一项").click()
    page.get_by_role("radio", name="合格", exact=True).click()
    page.get_by_role("button", name="查看总览").click()
    expect(page.get_by_text("1 / 2 项合格")).to_be_visible()
    screenshot(page, "checklist-overview")
    page.get_by_role("button", name="提交").click()


def report(page: Page, ticket: str) -> str:
    answer = page.request.get(f"/api/v1/tickets/{ticket.rsplit('/', 1)[-1]}/report?language=zh")
    assert answer.status == 200, answer.text()
    return "\n".join(each.extract_text() for each in PdfReader(io.BytesIO(answer.body())).pages)


def test_a_form_is_designed_filled_without_a_network_and_followed_up(
    browser: Browser, company: Server, tmp_path: Path
) -> None:
    with phone(browser, company.url) as technician, desktop(browser, company.url) as manager:
        desk = enter(manager, "service")
        design(desk)
        page = give_a_job(desk, technician, TITLE)
        technician.set_offline(True)
        page.get_by_role("link", name=re.compile(TITLE)).click()
        page.get_by_role("button", name="接单", exact=True).click()
        page.get_by_role("button", name="签到", exact=True).click()
        fill(page, tmp_path)
        expect(page.locator(".ticket-trace")).to_contain_text(f"{FORM} · 1 / 2 项合格")
        page.get_by_role("button", name="签退", exact=True).click()
        page.get_by_label("服务报告").fill("已检查")
        page.get_by_role("button", name="签退", exact=True).click()
        page.get_by_role("button", name="交给客户确认").click()
        expect(page.get_by_text("检查：2 项中 1 项合格")).to_be_visible()
        page.get_by_role("button", name="返回").click()
        ticket = page.url
        technician.set_offline(False)
        saved(page)

        desk.goto(ticket)
        desk.get_by_role("link", name=re.compile("后续工单：柜内温度：12.5 ℃")).click(timeout=PATIENCE_MS)
        expect(desk.get_by_role("heading", name="柜内温度：12.5 ℃（应为 2 … 8 ℃）")).to_be_visible()
        desk.get_by_role("link", name=TITLE).last.click()
        desk.locator(".ticket-trace").get_by_role("link", name=re.compile(FORM)).click()
        expect(desk.locator(".answer-rows")).to_contain_text("✗ 12.5 ℃")
        expect(desk.locator(".answer-rows img")).to_be_visible(timeout=PATIENCE_MS)
        screenshot(desk, "checklist-filled", whole=True)
        assert_accessible(desk)
        printed = report(desk, ticket)
        assert f"检查 · {FORM}" in printed and "✗ 12.5 ℃" in printed and "应为 2 … 8 ℃" in printed
