"""When two people touch the same customer: conflicts and refusals in plain words, settled by those they concern."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.chromium import assert_accessible, desktop, phone, screenshot
from support.people import enter, own_customer, saved, visit_sync_page, wait_for_attention
from support.server import Server


@pytest.fixture
def rep(browser: Browser, company: Server) -> Iterator[BrowserContext]:
    context = phone(browser, company.url)
    yield context
    context.close()


@pytest.fixture
def manager(browser: Browser, company: Server) -> Iterator[BrowserContext]:
    context = desktop(browser, company.url)
    yield context
    context.close()


def change_phone(page: Page, customer_id: str, number: str) -> None:
    page.goto(f"/customers/{customer_id}/edit")
    page.get_by_label("电话").fill(number)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text(number)).to_be_visible()


@pytest.mark.feature(8)
def test_both_changed_the_phone_number_and_the_manager_settles_it(rep: BrowserContext, manager: BrowserContext) -> None:
    page, desk = enter(rep, "rep2"), enter(manager, "manager")
    customer_id, name = own_customer(page)
    rep.set_offline(True)
    change_phone(page, customer_id, "0512-5550001")
    change_phone(desk, customer_id, "0512-5550002")
    saved(desk)
    rep.set_offline(False)
    wait_for_attention(page)
    card = visit_sync_page(page).locator("article, section, li").filter(has_text="0512-5550001").filter(has_text=name).first
    expect(card).to_contain_text("0512-5550002")
    expect(card).to_contain_text("两个人都改了电话")
    screenshot(page, "conflict-phone", whole=True)
    assert_accessible(page)
    visit_sync_page(desk)
    expect(desk.get_by_text("0512-5550001").first).to_be_visible()
    screenshot(desk, "conflict-desktop")
    desk.get_by_role("button", name=re.compile("^用(?!我的|这个)")).first.click()
    saved(desk)
    page.goto(f"/customers/{customer_id}")
    expect(page.get_by_text("0512-5550001")).to_be_visible(timeout=30_000)


@pytest.mark.feature(48)
def test_a_lost_customer_keeps_facts_and_hands_the_refused_edit_over(
    rep: BrowserContext, manager: BrowserContext, company: Server
) -> None:
    page, desk = enter(rep, "rep3"), enter(manager, "manager")
    customer_id, name = own_customer(page)
    rep.set_offline(True)
    change_phone(page, customer_id, "0512-5550003")
    page.goto(f"/check-in/{customer_id}")
    page.get_by_role("button", name=re.compile("签到")).click()
    expect(page).to_have_url(re.compile("/visits/"))
    heir = transfer(desk, customer_id, to="rep1")
    rep.set_offline(False)
    wait_for_attention(page)
    visit_sync_page(page)
    expect(page.get_by_text("0512-5550003").first).to_be_visible()
    screenshot(page, "refusal-phone", whole=True)
    assert_accessible(page)
    page.get_by_role("button", name="转交").first.click()
    saved(page)
    desk.goto(f"/customers/{customer_id}")
    expect(desk.get_by_text(re.compile("未能录入.*0512-5550003"))).to_be_visible(timeout=30_000)
    page.goto(f"/customers/{customer_id}")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    assert UUID(heir)


def transfer(desk: Page, customer_id: str, *, to: str) -> str:
    """Hand a customer over as the manager's own session may, by REST; the new owner's id."""
    return str(
        desk.evaluate(
            """async ([id, to]) => {
                const users = await (await fetch('/api/v1/users?limit=200')).json()
                const me = await (await fetch('/api/session')).json()
                const heir = users.items.find((user) => user.id !== me.user.id && user.name === to) ?? null
                const target = heir ?? users.items.find((user) => user.roles.includes('salesperson'))
                const answer = await fetch(`/api/v1/accounts/${id}/transfer`, {
                    method: 'POST',
                    headers: {'Content-Type': 'application/json'},
                    body: JSON.stringify({to_user_id: target.id}),
                })
                if (!answer.ok) throw new Error(await answer.text())
                return target.id
            }""",
            [customer_id, to],
        )
    )
