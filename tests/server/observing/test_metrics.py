"""What Prometheus reads: counts by operation, status and code, and the state of the devices, guarded and nameless."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from cairn.api.application import create_application, open_metrics
from cairn.kernel.ids import new_id
from cairn.kernel.settings import Settings
from support.house import House, enter_house

TOKEN = "a-token-for-prometheus"


@pytest.fixture
async def house(furnished_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house that is watched."""
    async with enter_house(furnished_url, tmp_path, metrics_token=TOKEN) as opened:
        application = create_application(Settings(metrics_token=TOKEN))
        application.state.services, application.state.static = opened.services, {}
        application.state.metrics = open_metrics(opened.services)
        opened.application = application
        yield opened


async def scrape(house: House) -> dict[tuple[Any, ...], float]:
    """Value by name and labels."""
    async with house.http() as http:
        answer = await http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


async def test_what_passed_is_counted(house: House) -> None:
    async with house.wire("rep1") as wire:
        args = {"id": str(new_id()), "name": "A"}
        await wire.give("accounts.create", args)
        await wire.give("accounts.create", args | {"name": 7})
        await wire.give("sorcery.perform", {})
        first = wire.mutation(1, "accounts.create", args)
        assert (await wire.push([first])).status_code == 200
        assert (await wire.push([wire.mutation(9, "accounts.create", args)])).status_code == 409
    found = await scrape(house)
    assert found["cairn_requests_total", "syncPush", "200"] == 4
    assert found["cairn_requests_total", "syncPush", "409"] == 1
    assert found["cairn_request_seconds_count", "syncPush"] == 5
    assert found["cairn_receipts_total", "", "applied"] == 1, "a replay is no verdict"
    assert found["cairn_receipts_total", "malformed", "rejected"] == 1
    assert found["cairn_receipts_total", "unknown_mutation", "parked"] == 1
    assert found["cairn_parked",] == 1
    assert found["cairn_writer_queue",] == 0
    assert found["cairn_live_listeners",] == 0


async def test_the_outboxes_are_an_aggregate(house: House) -> None:
    async with house.http("rep1") as http:
        for unsent, age_s in ((2, 120.0), (1, 100_000.0), (0, 0.0)):
            report = {"unsent": unsent, "oldest_age_s": age_s, "persisted": False}
            body = {"device": str(new_id()), "schema": 1, "report": report}
            assert (await http.post("/sync/hello", json=body)).status_code == 200
    found = await scrape(house)
    assert found["cairn_devices", "active"] == 3
    assert found["cairn_devices", "unsent"] == 2
    assert found["cairn_devices", "evictable"] == 3
    assert found["cairn_outbox_unsent",] == 3
    assert found["cairn_outbox_oldest_seconds",] == 100_000
    older = {labels[1]: value for labels, value in found.items() if labels[0] == "cairn_outbox_devices"}
    assert (older["60"], older["600"], older["86400"], older["604800"]) == (2, 1, 1, 0)


async def test_nobody_reads_them_without_the_token(house: House) -> None:
    async with house.http("admin") as http:
        assert (await http.get("/metrics")).status_code == 401
        assert (await http.get("/metrics", headers={"Authorization": "Bearer wrong"})).status_code == 401


async def test_without_the_setting_there_is_no_such_page(furnished_url: str, tmp_path: Path) -> None:
    async with enter_house(furnished_url, tmp_path) as unwatched, unwatched.http() as http:
        assert (await http.get("/metrics")).status_code == 404


async def test_no_label_names_a_person_a_device_or_an_organization(house: House) -> None:
    async with house.wire("rep1") as wire:
        await wire.give("accounts.create", {"id": str(new_id()), "name": "Zhang"})
        known = [wire.device, *map(str, house.users.values()), str(house.organization_id), "Zhang", "example.com"]
    labels = " ".join(str(part) for key in await scrape(house) for part in key)
    assert not [word for word in known if word in labels]
