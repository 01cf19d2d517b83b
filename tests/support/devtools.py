"""What only Chromium's own protocol can do to a page or a worker: crash it, freeze it, wake it, take its room away."""

from contextlib import suppress
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Error, Page


def crash(page: Page) -> None:
    """End the page's process as the system does that needs its memory."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash", timeout=5_000)
    # Playwright asks every page of a context for everything, and this one answers no more.
    page.close()


def freeze(page: Page) -> None:
    """Stop everything in the page, as a browser does to a tab that nobody looks at; its locks stay."""
    page.context.new_cdp_session(page).send("Page.setWebLifecycleState", {"state": "frozen"})


# Chromium otherwise tells every page of the same ample room, however little there is.
TRUE_QUOTA = "--disable-features=StaticStorageQuota"


def take_room(page: Page, origin: str, bytes_left: int) -> CDPSession:
    """Leave the origin so much room beyond what it uses, while the session lasts; in a browser with TRUE_QUOTA."""
    session = page.context.new_cdp_session(page)
    used = page.evaluate("navigator.storage.estimate().then((estimate) => estimate.usage)")
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": used + bytes_left})
    return session


class Workers:
    """The service workers of a context, seen from a page of none of them: it may be the only one that is open."""

    def __init__(self, context: BrowserContext):
        self.page = context.new_page()
        self.session: CDPSession = context.new_cdp_session(self.page)
        self.registrations: dict[str, str] = {}
        self.session.on("ServiceWorker.workerRegistrationUpdated", self._updated)
        self.session.send("ServiceWorker.enable")

    def _updated(self, event: dict[str, Any]) -> None:
        for registration in event["registrations"]:
            self.registrations[registration["scopeURL"].rstrip("/")] = registration["registrationId"]

    def dispatch_sync(self, origin: str, tag: str, *, periodic: bool = False) -> None:
        """Wake the origin's worker as Background Sync does when there is a network."""
        message: dict[str, Any] = {"origin": origin, "registrationId": self.registrations[origin], "tag": tag}
        if periodic:
            self.session.send("ServiceWorker.dispatchPeriodicSyncEvent", message)
        else:
            self.session.send("ServiceWorker.dispatchSyncEvent", message | {"lastChance": False})
