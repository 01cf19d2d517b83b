"""What a person does on every screen: signs in, and looks at the mark that says whether all is saved."""

import re
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

PASSWORD = "cairn-demo"
PATIENCE_MS = 30_000

WORKER_READY = """(patience) => Promise.race([
    navigator.serviceWorker.ready.then(() => true),
    new Promise((_, fail) => setTimeout(() => fail(new Error('the service worker did not start')), patience)),
])"""


def enter(context: BrowserContext, name: str, *, organization: str = "chenghu", patience_ms: int = PATIENCE_MS) -> Page:
    """Sign in and wait until the app can work without a network."""
    page = context.new_page()
    page.goto("/")
    page.get_by_label(re.compile("^(邮箱|E-?mail)")).fill(f"{name}@{organization}.example.com")
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    saved_or_attention(page, patience_ms=patience_ms)
    page.evaluate(WORKER_READY, PATIENCE_MS)
    return page


def sync_mark(page: Page) -> str:
    """What the mark says now."""
    return page.locator(".sync-mark").first.inner_text()


def saved_or_attention(page: Page, *, patience_ms: int = PATIENCE_MS) -> None:
    """Wait until nothing waits here any more; something may still need a decision."""
    mark = page.locator(".sync-mark").first
    expect(mark).to_have_text(re.compile("已全部保存|All saved|需要您处理|needs? you"), timeout=patience_ms)


NOTHING_WAITS = """async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name)
    const name = names.find((one) => one.startsWith('cairn-') && !one.startsWith('cairn-drafts-'))
    const outcome = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
    })
    const database = await outcome(indexedDB.open(name))
    const rows = await outcome(database.transaction('outbox').objectStore('outbox').getAll())
    database.close()
    return rows.every(({ state }) => state !== 'queued' && state !== 'sending')
}"""


def saved(page: Page) -> None:
    """Wait until all is sent and the mark says so; the mark alone may still speak of the moment before."""
    until(page, NOTHING_WAITS, None)
    mark = page.locator(".sync-mark").first
    expect(mark).to_have_text(re.compile("已全部保存|All saved"), timeout=PATIENCE_MS)


def waiting_count(page: Page) -> int:
    """How many records the mark says are waiting."""
    expect(page.locator(".sync-mark").first).to_have_text(re.compile(r"\d"), timeout=PATIENCE_MS)
    found = re.search(r"(\d+) 条待发送|(\d+) to send", sync_mark(page))
    return int(found.group(1) or found.group(2)) if found else 0


def own_customer(page: Page) -> tuple[str, str]:
    """Id and name of the first customer of one's own in the list."""
    page.goto("/customers")
    page.get_by_role("radio", name=re.compile("^(我的|Mine)$")).click()
    row = page.locator("a.customer-row").first
    expect(row).to_be_visible(timeout=PATIENCE_MS)
    address = row.get_attribute("href") or ""
    return address.rsplit("/", 1)[-1], row.locator(".customer-row__name").inner_text()


def phone_field(page: Page) -> Locator:
    """The field of a form, which may say that it is optional; not whatever else speaks of a phone."""
    return page.get_by_role("textbox", name=re.compile(r"^电话( 选填)?$"))


def save_phone(page: Page, number: str) -> None:
    """Set the number on a customer's form, and wait until the customer's page shows it."""
    phone_field(page).fill(number)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text(number)).to_be_visible()


def change_phone(page: Page, customer_id: str, number: str) -> None:
    """Open a customer's form and set the number."""
    page.goto(f"/customers/{customer_id}/edit")
    save_phone(page, number)


def wait_for_attention(page: Page) -> None:
    """Wait until the mark says that something needs this person."""
    mark = page.locator(".sync-mark").first
    expect(mark).to_have_text(re.compile("需要您处理|needs? you"), timeout=PATIENCE_MS)


def visit_sync_page(page: Page) -> Page:
    page.goto("/sync")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def until(page: Page, ask: str, argument: Any) -> Any:
    """What an asynchronous JavaScript function answers, once that is something. (Playwright's own wait takes the
    promise of an answer for an answer.)"""
    script = f"""async ([argument, patience]) => {{
        const ask = {ask}
        for (const begun = Date.now(); ; await new Promise((again) => setTimeout(again, 200))) {{
            const answer = await ask(argument)
            if (answer) return answer
            if (Date.now() - begun > patience) throw new Error('it did not come')
        }}
    }}"""
    return page.evaluate(script, [argument, PATIENCE_MS])
