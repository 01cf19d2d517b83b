"""What the journeys share. A browser lasts for one module: Playwright's event loop must not outlive it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from support.chromium import chromium, desktop, phone
from support.server import Server, serving

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for this module's journeys; every person in them gets a context of their own."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def company(made_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server with a demo company of this module's own."""
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(made_company, folder)
    with serving(folder) as server:
        yield server


@pytest.fixture
def rep(browser: Browser, company: Server) -> Iterator[BrowserContext]:
    """A salesperson's phone, nobody signed in yet."""
    context = phone(browser, company.url)
    yield context
    context.close()


@pytest.fixture
def manager(browser: Browser, company: Server) -> Iterator[BrowserContext]:
    """A manager's desk, nobody signed in yet."""
    context = desktop(browser, company.url)
    yield context
    context.close()
