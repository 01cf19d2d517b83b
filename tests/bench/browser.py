"""The app in Chromium against the real server: start, first sync and scrolling as on a slow phone.

Slow means the CPU at a quarter of its speed and the network of Chrome's own preset "Slow 4G".
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from bench.company import Scale
from bench.crowd import gather
from bench.local_apply import measure_local_apply
from bench.report import Report, Row
from support.chromium import ChromiumMissing, chromium, desktop, executable, phone
from support.people import enter, saved_or_attention
from support.server import Server, serving

SLOW_CPU = 4
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_375}
QUIET_MS = 1_500
PATIENCE_MS = 180_000
SCROLL_PX = 24_000
SCROLL_PX_PER_S = 3_000
PROBES = Path(__file__).with_name("browser_probes.js").read_text(encoding="utf-8")


def measure_browser(report: Report, scale: Scale) -> None:
    """Says why, and measures nothing, where there is no Chromium."""
    report.begin("Chromium")
    try:
        executable()
    except ChromiumMissing as missing:
        return report.note(f"left out: {missing}")
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as name:
        data = gather(Path(name))
        with serving(data) as server, chromium() as browser:
            measure_first_visit(report, browser, server, scale)
            measure_local_apply(report, browser, Path(name), scale.repeats)
            measure_first_sync(report, browser, server, scale)
            measure_phone(report, browser, server, scale)
            measure_desk(report, browser, server, scale)


def best(measure: Callable[[], float], repeats: int) -> tuple[float, str]:
    """The shortest of several, for what else runs on a machine only ever adds; and all of them in words."""
    values = [measure() for _ in range(repeats)]
    return min(values), "the best of " + ", ".join(f"{value:.2f}" for value in values)


def slow_page(context: BrowserContext, *, network: bool = False) -> Page:
    """A new tab of a slow phone, with the probes in it."""
    page = context.new_page()
    page.add_init_script(PROBES)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
    if network:
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_4G)
    return page


def measure_first_visit(report: Report, browser: Browser, server: Server, scale: Scale) -> None:
    """From the address to a sign-in that answers: shown, and the last long task before quiet is over."""

    def once() -> float:
        with phone(browser, server.url) as context:
            page = slow_page(context, network=True)
            page.goto("/", wait_until="commit")
            page.evaluate("probes.shown('input[type=password]')")
            return float(page.evaluate(f"probes.interactive({QUIET_MS})")) / 1000

    seconds, all_of_them = best(once, max(2, scale.repeats))
    report.add(Row("first visit until the sign-in answers, 4 ×, slow 4G", seconds, "s", "≤", 3.0, 2.5, all_of_them))


def measure_first_sync(report: Report, browser: Browser, server: Server, scale: Scale) -> None:
    """From an answer's arrival until it is stored and shown, in the app itself, all pages of a first sync."""
    rows = 0

    def once() -> float:
        nonlocal rows
        with phone(browser, server.url) as context:
            context.add_init_script(PROBES)
            page = enter(context, "rep1", patience_ms=PATIENCE_MS)
            applied = page.evaluate("probes.applied()")
            rows = applied["rows"]
            return float(applied["ms"]) / 1000 * 10_000 / rows

    seconds, all_of_them = best(once, 2)
    report.note(f"the same in the app, screens included: {seconds:.2f} s ({rows:,} rows, {all_of_them})")


def measure_phone(report: Report, browser: Browser, server: Server, scale: Scale) -> None:
    with phone(browser, server.url) as context:
        enter(context, "rep1", patience_ms=PATIENCE_MS).close()
        context.set_offline(True)

        def once() -> float:
            page = slow_page(context)
            page.goto("/today", wait_until="commit")
            shown = page.evaluate("probes.shown('.next-stop, .empty-state, .stop-line, .today__all-done')")
            page.close()
            return float(shown) / 1000

        seconds, all_of_them = best(once, 3 + scale.repeats)
        report.add(Row("offline cold start to Today, 4 ×", seconds, "s", "≤", 2.2, 1.8, all_of_them))
        page = slow_page(context)
        page.goto("/customers")
        page.get_by_role("radio", name="全部").click()
        expect(page.get_by_text("家客户")).to_be_visible(timeout=PATIENCE_MS)
        measure_scroll(report, page, "10,120 customers", ".customer-list__rows", ".customer-row")


def measure_desk(report: Report, browser: Browser, server: Server, scale: Scale) -> None:
    with desktop(browser, server.url) as context:
        page = enter(context, "manager", patience_ms=PATIENCE_MS)
        page.close()
        page = slow_page(context)
        page.goto("/visit-log")
        expect(page.locator(".log-table__line").first).to_be_visible(timeout=PATIENCE_MS)
        saved_or_attention(page, patience_ms=PATIENCE_MS)
        measure_scroll(report, page, "10,420 visits at a desk", ".log-table__body", ".log-table__line")


def busy_ms(session: CDPSession) -> float:
    """The CPU time of the page's main thread so far, the slow-down included."""
    metrics = {one["name"]: float(one["value"]) for one in session.send("Performance.getMetrics")["metrics"]}
    return metrics["TaskDuration"] * 1000


def measure_scroll(report: Report, page: Page, what: str, scroller: str, row: str) -> None:
    """A steady pull; a frame is blank where a point of the list shows no row."""
    expect(page.locator(row).nth(5)).to_be_visible(timeout=PATIENCE_MS)
    page.evaluate(f"probes.interactive({QUIET_MS})")
    pull = {"scroller": scroller, "row": row, "px": SCROLL_PX, "pxPerSecond": SCROLL_PX_PER_S}
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = busy_ms(session)
    seen = page.evaluate("(pull) => probes.scroll(pull)", pull)
    # What a frame costs the page's own thread says more than its rate where other programs want the processor too.
    cost = (busy_ms(session) - before) / seen["frames"]
    details = f"{seen['frames']} frames in {seen['ms'] / 1000:.1f} s, the longest {seen['longest']:.0f} ms"
    details += f"; {cost:.1f} ms of CPU each"
    report.add(Row(f"scroll of {what}, 4 ×", seen["perSecond"], "fps", "≥", 50, 50, details))
    report.add(Row("  blank frames among them", seen["blank"], "", "≤", 0, 0))
