"""The app is closed: what was recorded without a network leaves the phone all the same."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from support.devtools import Workers
from support.people import enter, own_customer, until, waiting_count
from support.pictures import gate_photo
from support.server import Server


def check_in(page: Page, customer_id: str, photo: Path | None) -> str:
    """Record a visit; its id."""
    page.goto(f"/check-in/{customer_id}")
    if photo is not None:
        page.locator("input[type=file]").set_input_files(photo)
        expect(page.get_by_alt_text("照片 1")).to_be_visible()
    page.get_by_role("button", name=re.compile("签到")).click()
    expect(page).to_have_url(re.compile("/visits/"))
    return page.url.rsplit("/", 1)[-1]


def wait_for(page: Page, url: str, condition: str) -> Any:
    """Ask the server until what it answers fulfils a JavaScript condition on `it`."""
    ask = f"""async (url) => {{
        const response = await fetch(url)
        const it = response.ok ? await response.json() : null
        return it && ({condition}) ? it : null
    }}"""
    return until(page, ask, url)


def test_a_closed_app_sends_a_visit_and_its_photo_when_the_network_is_back(
    rep: BrowserContext, company: Server, tmp_path: Path
) -> None:
    workers = Workers(rep)
    page = enter(rep, "rep1")
    customer_id, _ = own_customer(page)
    rep.set_offline(True)
    visit_id = check_in(page, customer_id, gate_photo(tmp_path / "gate.jpg"))
    waiting_count(page)
    page.close()
    rep.set_offline(False)
    workers.dispatch_sync(company.url, "cairn-outbox")

    # A page of the server's own, without the app, can ask what has arrived.
    workers.page.goto(f"{company.url}/healthz")
    visit = wait_for(workers.page, f"/api/v1/visits/{visit_id}", "it.photo_ids.length === 1")
    wait_for(workers.page, f"/api/files/{visit['photo_ids'][0]}?state", "it.state === 'stored'")


def test_a_periodic_wake_brings_what_is_new(rep: BrowserContext, company: Server) -> None:
    workers = Workers(rep)
    page = enter(rep, "rep2")
    customer_id, _ = own_customer(page)
    page.close()
    path = f"/api/v1/accounts/{customer_id}"
    assert rep.request.patch(path, data={"set": {"phone": "0512-5552001"}}).ok
    workers.dispatch_sync(company.url, "cairn-refresh", periodic=True)
    workers.page.goto(f"{company.url}/healthz")
    until(workers.page, HELD, [customer_id, "0512-5552001"])


HELD = """async ([id, phone]) => {
    const names = (await indexedDB.databases()).map(({ name }) => name)
    const name = names.find((one) => one.startsWith('cairn-') && !one.startsWith('cairn-drafts-'))
    const database = await new Promise((resolve) => {
        indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result)
    })
    const documents = database.transaction('documents').objectStore('documents')
    const row = await new Promise((resolve) => {
        documents.get(['account', id]).onsuccess = ({ target }) => resolve(target.result)
    })
    database.close()
    return row?.document?.phone === phone
}"""
"""Whether the phone's database holds a customer with this number, whoever has put it there."""
