"""What every test may use: PostgreSQL, and the rule that nothing is skipped silently."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.company import COMPANY_VARIABLE, make_once
from support.object_store import ObjectStore, object_store
from support.postgres import CLUSTER_VARIABLE, Cluster, ClusterOwner, shared_cluster

POSTGRES_FIXTURES = {"postgres", "postgres_url"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="a skipped test fails the run")


def pytest_configure(config: pytest.Config) -> None:
    # The workers of a parallel run inherit the variable, and with it the one cluster.
    if CLUSTER_VARIABLE not in os.environ:
        config.add_cleanup(ClusterOwner().close)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if POSTGRES_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("postgres")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and session.config.getoption("--no-skips"):
        reporter.write_line(f"{len(skipped)} tests were skipped, and nothing may be skipped here:", red=True)
        for report in skipped:
            reporter.write_line(f"  {report.nodeid}: {report.longrepr[-1]}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def postgres() -> Cluster:
    """The run's PostgreSQL cluster, for tests that need their own template or several databases."""
    return shared_cluster()


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'cairn.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """A real object store, one for each worker of a run."""
    with object_store(tmp_path_factory.mktemp("swift")) as store:
        yield store


@pytest.fixture(scope="session")
def made_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company's data folder, made once for all workers of a run; copy it before you change or serve it."""
    if shared := os.environ.get(COMPANY_VARIABLE):
        return make_once(Path(shared))
    base = tmp_path_factory.getbasetemp()
    return make_once(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)
