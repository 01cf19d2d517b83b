"""Coming and going: signing out with unsent work, and a forgotten password by a mail that really arrives."""

import json
import re
import shutil
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import BrowserContext, Page, expect

from support.chromium import assert_accessible, screenshot
from support.people import PASSWORD, enter, own_customer, saved_or_attention, waiting_count
from support.postgres import free_port
from support.server import Server

MAIL_DEADLINE_S = 30
NEW_PASSWORD = "korrekt pferd batterie"


class Postbox:
    """The texts of the mails that an SMTP server was given."""

    def __init__(self) -> None:
        self.texts: Queue[str] = Queue()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.texts.put(message_from_bytes(envelope.content, policy=policy.default).get_content())
        return "250 OK"


@pytest.fixture(scope="module")
def postbox() -> Iterator[tuple[Postbox, int]]:
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture(scope="module")
def company(
    made_company: Path, tmp_path_factory: pytest.TempPathFactory, postbox: tuple[Postbox, int]
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(made_company, folder)
    server = Server(folder, environment={"CAIRN_SMTP_HOST": "127.0.0.1", "CAIRN_SMTP_PORT": str(postbox[1])})
    server.environment["CAIRN_PUBLIC_URL"] = server.url
    server.start()
    yield server
    server.stop()


def add_note(page: Page, customer_id: str, words: str) -> None:
    page.goto(f"/customers/{customer_id}")
    page.get_by_label("备忘").fill(words)
    page.get_by_role("button", name=re.compile("添加|保存")).click()
    expect(page.get_by_text(words).first).to_be_visible()


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("邮箱").fill(f"{name}@chenghu.example.com")
    page.locator("input[type=password]").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def test_signing_out_with_unsent_work_exports_it_and_keeps_it(rep: BrowserContext) -> None:
    page = enter(rep, "rep1")
    customer_id, _ = own_customer(page)
    rep.set_offline(True)
    add_note(page, customer_id, "钥匙在门卫处")
    assert waiting_count(page) == 1
    page.goto("/me")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name=re.compile("1 项没有发送"))).to_be_visible()
    screenshot(page, "sign-out-unsent")
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="把未发送的内容存为文件").click()
    exported = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert "钥匙在门卫处" in json.dumps(exported, ensure_ascii=False)
    page.get_by_role("button", name="现在退出，内容留在本机").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    rep.set_offline(False)
    page.reload()
    sign_in(page, "rep1", PASSWORD)
    saved_or_attention(page)
    page.goto(f"/customers/{customer_id}")
    expect(page.get_by_text("钥匙在门卫处").first).to_be_visible()
    expect(page.get_by_text("待发送")).to_have_count(0)


def test_a_forgotten_password_is_set_anew_by_the_link_in_a_mail(
    rep: BrowserContext, postbox: tuple[Postbox, int]
) -> None:
    page = rep.new_page()
    page.goto("/")
    page.get_by_role("link", name="忘记密码？").click()
    page.get_by_label("邮箱").fill("rep5@chenghu.example.com")
    page.get_by_role("button", name="发送链接").click()
    expect(page.get_by_text("链接正在路上")).to_be_visible()
    found = re.search(r"http://127\.0\.0\.1:\d+/\S+", postbox[0].texts.get(timeout=MAIL_DEADLINE_S))
    assert found is not None
    page.goto(found[0])
    page.get_by_label("新密码").fill(NEW_PASSWORD)
    assert_accessible(page)
    page.get_by_role("button", name="保存新密码").click()
    expect(page.get_by_text("新密码已生效")).to_be_visible()
    page.get_by_role("link", name="返回登录").click()
    sign_in(page, "rep5", PASSWORD)
    expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page, "rep5", NEW_PASSWORD)
    saved_or_attention(page)
