"""Traces by setting: a request and the commit inside it, as a child of whoever called, and nothing that was sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.middleware import DefineMiddleware
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from cairn.api import application as applications
from cairn.api.observation import Observer
from cairn.kernel import spans
from cairn.kernel.ids import new_id
from cairn.kernel.settings import Settings
from cairn.observing.traces import start_traces
from support.house import enter_house

CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACED = Settings(traces_url="http://127.0.0.1:1/v1/traces")


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Where the spans of this test go."""
    memory = InMemorySpanExporter()
    tracer = start_traces(TRACED, memory)
    monkeypatch.setattr(applications, "_observers", lambda _: [DefineMiddleware(Observer, tracer=tracer)])
    yield memory
    spans.open_span = None


async def test_a_push_is_a_span_with_its_commit(
    furnished_url: str, tmp_path: Path, exporter: InMemorySpanExporter
) -> None:
    async with enter_house(furnished_url, tmp_path) as house:
        traced = applications.create_application(Settings())
        traced.state.services, traced.state.static, traced.state.metrics = house.services, {}, None
        house.application = traced
        async with house.wire("rep1") as wire:
            wire.http.headers["traceparent"] = CALLER
            await wire.give("accounts.create", {"id": str(new_id()), "name": "Zhang"})
    found = {each.name: each for each in exporter.get_finished_spans()}
    push = found["syncPush"]
    assert push.context.trace_id == int(CALLER.split("-")[1], 16)
    assert push.attributes == {"http.response.status_code": 200}
    assert found["commit"].attributes == {"submissions": 1}
    assert "Zhang" not in "".join(each.to_json() for each in exporter.get_finished_spans())


def test_without_the_setting_nothing_is_traced() -> None:
    assert start_traces(Settings()) is None
    with spans.span("anything", count=1) as opened:
        assert opened is None
