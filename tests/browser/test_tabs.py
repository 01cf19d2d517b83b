"""Several tabs are one device: one of them syncs, and another takes over however the first one goes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from support.devtools import crash, freeze
from support.people import PATIENCE_MS, change_phone, enter, own_customer, saved_or_attention, visit_sync_page


def pushes(page: Page) -> list[Request]:
    """What this very tab sends from here on."""
    found: list[Request] = []
    page.on("request", lambda request: found.append(request) if "/sync/push" in request.url else None)
    return found


def phone_on_server(context: BrowserContext, customer_id: str) -> str:
    """What the server holds, asked with the person's own cookie and past all tabs."""
    return str(context.request.get(f"/api/v1/accounts/{customer_id}").json()["phone"])


def test_what_one_tab_records_another_sends(rep: BrowserContext) -> None:
    leader = enter(rep, "rep1")
    customer_id, _ = own_customer(leader)
    other = rep.new_page()
    of_leader, of_other = pushes(leader), pushes(other)
    change_phone(other, customer_id, "0512-5551001")
    saved_or_attention(other)
    assert phone_on_server(rep, customer_id) == "0512-5551001"
    assert len(of_leader) == 1
    assert of_other == []
    leader.goto(f"/customers/{customer_id}")
    expect(leader.get_by_text("0512-5551001")).to_be_visible()


@pytest.mark.parametrize(
    ("end", "number"), [(Page.close, "0512-5551002"), (crash, "0512-5551003")], ids=["close", "crash"]
)
def test_another_tab_takes_over_when_the_first_one_dies(
    rep: BrowserContext, end: Callable[[Page], None], number: str
) -> None:
    leader = enter(rep, "rep2")
    customer_id, _ = own_customer(leader)
    heir = rep.new_page()
    of_heir = pushes(heir)
    rep.set_offline(True)
    change_phone(heir, customer_id, number)
    end(leader)
    rep.set_offline(False)
    saved_or_attention(heir)
    assert phone_on_server(rep, customer_id) == number
    assert len(of_heir) == 1


def test_a_frozen_tab_does_not_hold_the_others_up(rep: BrowserContext) -> None:
    leader = enter(rep, "rep3")
    customer_id, _ = own_customer(leader)
    heir = rep.new_page()
    heir.goto("/")
    freeze(leader)
    change_phone(heir, customer_id, "0512-5551004")
    visit_sync_page(heir).get_by_role("button", name="立即发送").click()
    expect(heir.get_by_role("heading", level=1)).to_have_text(re.compile("已全部保存|需要您处理"), timeout=PATIENCE_MS)
    assert phone_on_server(rep, customer_id) == "0512-5551004"
