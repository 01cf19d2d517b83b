"""Every endpoint that the API describes, asked rightly and wrongly on a real server: never a failure, never a hang."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case
from schemathesis.generation import GenerationMode

from support.furnished import furnished_file, prepare
from support.house import token_of
from support.postgres import Cluster
from support.server import Server, serving

PATIENCE_S = 20.0
LARGEST_ANSWER_BYTES = 5 * 1024 * 1024
LARGEST_GROWTH_KB = 120_000
"""What a process may keep of hundreds of strange requests: caches that fill up once, and nothing else."""
FEW = settings(
    max_examples=4,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
LEFT_OUT = {"syncLive", "signOut", "syncWiped"}
"""A stream without an end, and what would end the session that all the others need."""


@pytest.fixture
def servers(postgres: Cluster, tmp_path: Path) -> Iterator[list[Server]]:
    """One on each database: making the cases costs more than asking them."""
    file = tmp_path / "cairn.db"
    file.write_bytes(furnished_file())
    with ExitStack() as stack:
        url = stack.enter_context(postgres.database(postgres.template("house", prepare)))
        yield [
            stack.enter_context(serving(tmp_path / name, environment={"CAIRN_DATABASE_URL": each}))
            for name, each in (("sqlite", f"sqlite+aiosqlite:///{file}"), ("postgres", url))
        ]


def memory_kb(server: Server) -> int:
    """Resident memory of the server and its workers."""
    assert server.process is not None
    group = [server.process.pid]
    for pid in group:
        children = Path(f"/proc/{pid}/task/{pid}/children")
        group += [int(child) for child in children.read_text().split()] if children.exists() else []
    sizes = [Path(f"/proc/{pid}/status").read_text() for pid in group]
    return sum(int(line.split()[1]) for text in sizes for line in text.splitlines() if line.startswith("VmRSS:"))


def ask(session: requests.Session, case: Case, base_url: str) -> requests.Response:
    arguments = case.as_transport_kwargs(base_url=base_url)
    return session.request(**arguments, timeout=PATIENCE_S, allow_redirects=False)


def judge(case: Case, answer: requests.Response) -> None:
    """A refusal has a code; a failure is ours."""
    said = f"{case.as_curl_command()}\n{answer.status_code} {answer.text[:1_000]}"
    assert answer.status_code < 500, said
    assert len(answer.content) < LARGEST_ANSWER_BYTES, said
    if answer.status_code >= 400 and case.method.upper() != "HEAD":
        assert {"code", "message", "params"} <= answer.json().keys(), said


def fuzz(session: requests.Session, operation: Any, mode: GenerationMode, servers: list[Server]) -> int:
    """Ask one operation with data that fit its description, or do not; how often it was asked."""
    asked = 0

    @FEW
    @given(operation.as_strategy(generation_mode=mode))
    def check(case: Case) -> None:
        nonlocal asked
        for server in servers:
            judge(case, ask(session, case, server.url))
        asked += 1

    with suppress(Unsatisfiable):  # what takes nothing cannot be asked wrongly
        check()
    return asked


def test_no_endpoint_fails(servers: list[Server]) -> None:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token_of('admin')}"
        description: dict[str, Any] = session.get(f"{servers[0].url}/schema/openapi.json", timeout=PATIENCE_S).json()
        operations = {each["operationId"] for item in description["paths"].values() for each in item.values()}
        asked = set()
        before = [memory_kb(server) for server in servers]
        for found in schemathesis.openapi.from_dict(description).get_all_operations():
            operation: Any = found.ok()
            name = operation.definition.raw["operationId"]
            if name not in LEFT_OUT and sum(fuzz(session, operation, mode, servers) for mode in GenerationMode):
                asked.add(name)
        assert operations - LEFT_OUT == asked, "every operation was asked"
        for server, memory in zip(servers, before, strict=True):
            assert session.get(f"{server.url}/readyz", timeout=PATIENCE_S).status_code == 200
            assert session.get(f"{server.url}/api/session", timeout=PATIENCE_S).status_code == 200
            assert memory_kb(server) - memory < LARGEST_GROWTH_KB
