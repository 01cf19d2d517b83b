"""Every message of the sync with one fault in it: answered, never by a failure, and with no effect but its receipts."""

import asyncio
import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from cairn.kernel.access import OrganizationHead
from cairn.kernel.commands import registry
from cairn.kernel.devices import Device
from cairn.kernel.ids import new_id
from cairn.kernel.log import CommandLog
from cairn.modules.identity.roles import INTERNAL
from hostile.faults import faulty
from hostile.messages import BY_ANOTHER, WITHOUT_RECORD, chains
from support.house import House, enter_house, known_id
from support.wire import Wire

Json = dict[str, Any]
PATIENCE_S = 20.0
"""Longer than any request may take: a hang is a failure."""
LARGEST_ANSWER_BYTES = 5 * 1024 * 1024
FEW = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
NAMES = sorted(chains(new_id, ""))


def counted_ids() -> Callable[[], UUID]:
    """Ids that are the same in every run."""
    numbers = count(0x1000)
    return lambda: known_id(next(numbers))


def inside(furnished_url: str, folder: Path, work: Callable[[asyncio.Runner, House], None]) -> None:
    """A house for many examples, each of which runs in its loop; afterwards the feed must tell the truth."""
    with asyncio.Runner() as runner:
        context = enter_house(furnished_url, folder)
        house = runner.run(context.__aenter__())
        try:
            work(runner, house)
            runner.run(house.check())
        finally:
            runner.run(context.__aexit__(None, None, None))


async def post(http: AsyncClient, path: str, body: bytes) -> Response:
    """Answered in time, sized within reason, and never by a failure of the server."""
    headers = {"Content-Type": "application/json"}
    async with asyncio.timeout(PATIENCE_S):
        answer = await http.post(path, content=body, headers=headers)
    assert answer.status_code < 500, (body[:2_000], answer.text)
    assert len(answer.content) < LARGEST_ANSWER_BYTES
    if answer.status_code not in (200, 204):
        assert answer.json()["code"] and "params" in answer.json(), answer.text
    return answer


async def standing(house: House) -> tuple[Any, ...]:
    """What a push may change: the organization's seq, the log of commands and the devices' own counts."""
    async with house.services.database.reading() as connection:
        seq = (await connection.execute(select(func.sum(OrganizationHead.seq)))).scalar()
        logged = (await connection.execute(select(func.count()).select_from(CommandLog))).scalar()
        counted = (await connection.execute(select(func.sum(Device.last_seq)))).scalar()
    return seq, logged, counted


def test_every_mutation_has_a_valid_example(house: House) -> None:
    assert set(NAMES) == {name for name, spec in registry.by_name.items() if spec.permission != INTERNAL}


async def test_the_valid_examples_are_accepted(house: House) -> None:
    async with house.wire("admin") as wire:
        for name, chain in chains(new_id, wire.now).items():
            receipts = await wire.send(*chain)
            wanted = "rejected" if name in WITHOUT_RECORD | BY_ANOTHER else "applied"
            assert receipts[-1]["status"] == wanted, (name, receipts)


async def push_and_judge(house: House, wire: Wire, body: bytes) -> None:
    before = await standing(house)
    answer = await post(wire.http, "/sync/push", body)
    after = await standing(house)
    if answer.status_code != 200:
        assert after == before, (body[:2_000], answer.text)
        return
    receipts = answer.json()["receipts"]
    fresh = [each for each in receipts if each["seq"] > wire.last_seq]
    assert after[1] - before[1] == len(fresh), "one line in the log for each new receipt"
    assert after[0] == before[0] or fresh, "nothing changes without a receipt"
    for each in fresh:
        assert each["status"] in ("applied", "merged", "rejected", "parked")
        assert each.get("code") != "internal_failure", (body[:2_000], each)
    wire.last_seq = answer.json()["last_seq"]


def test_a_push_with_one_fault(furnished_url: str, tmp_path: Path) -> None:
    def work(runner: asyncio.Runner, house: House) -> None:
        context = house.wire("admin")
        wire = runner.run(context.__aenter__())
        make_id = counted_ids()

        @FEW
        @given(st.data(), st.sampled_from(NAMES))
        def check(data: st.DataObject, name: str) -> None:
            chain = chains(make_id, wire.now)[name]
            numbered = [wire.mutation(wire.last_seq + 1 + index, *each) for index, each in enumerate(chain)]
            message = wire.envelope(numbered, report={"unsent": 1, "oldest_age_s": 1.5, "quota": 9})
            runner.run(push_and_judge(house, wire, data.draw(faulty(message), label="body")))

        check()
        runner.run(context.__aexit__(None, None, None))

    inside(furnished_url, tmp_path, work)


MESSAGES: dict[str, Callable[[Wire], Json]] = {
    "/sync/hello": lambda wire: {
        **{"device": wire.device, "schema": 1, "app": "a", "platform": "p", "name": "n"},
        "report": {"unsent": 1, "oldest_age_s": 3.5, "uploads": 1, "persisted": True, "quota": 10, "used": 1},
    },
    "/sync/pull": lambda wire: {"device": wire.device, "cursor": wire.cursor, "limit": 50, "refetch": ["org"]},
    "/sync/wiped": lambda wire: {"device": str(known_id(0xDEAD)), "lost": 1},
}


@pytest.mark.parametrize("path", MESSAGES)
def test_any_other_message_with_one_fault(furnished_url: str, tmp_path: Path, path: str) -> None:
    def work(runner: asyncio.Runner, house: House) -> None:
        context = house.wire("admin")
        wire = runner.run(context.__aenter__())
        runner.run(wire.pull())
        before = runner.run(standing(house))

        @FEW
        @given(st.data())
        def check(data: st.DataObject) -> None:
            body = data.draw(faulty(MESSAGES[path](wire)), label="body")
            runner.run(post(wire.http, path, body))

        check()
        assert runner.run(standing(house)) == before
        assert runner.run(wire.page()).status_code == 200, "the device goes on as before"
        runner.run(context.__aexit__(None, None, None))

    inside(furnished_url, tmp_path, work)


def test_the_faults_are_drawn_the_same_every_time() -> None:
    def bodies() -> list[bytes]:
        found: list[bytes] = []

        @settings(FEW, max_examples=20)
        @given(faulty({"a": [1, {"b": "c"}], "d": None}))
        def collect(body: bytes) -> None:
            found.append(body)

        collect()
        return found

    first = bodies()
    assert first == bodies()
    assert len(set(first)) > 10
    assert any(not _is_json(body) for body in first)


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
