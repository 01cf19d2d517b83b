"""The organization's devices: what each last reported, in the order of need, and erasing one from afar."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from cairn.kernel.ids import new_id
from cairnsync.client import Refused
from support.house import House, token_of
from support.tus import Photo
from support.wire import Wire, stamp

Json = dict[str, Any]
PATH = "/api/organization/devices"
STORAGE = {"persisted": True, "quota": 2 * 10**9, "used": 5_000_000}


async def devices(house: House, **query: Any) -> list[Json]:
    async with house.http("admin") as http:
        answer = await http.get(PATH, params=query)
        assert answer.status_code == 200, answer.text
        items: list[Json] = answer.json()["items"]
        return items


async def ask(house: House, method: str, device: str, who: str = "admin") -> int:
    async with house.http(who) as http:
        return (await http.request(method, f"{PATH}/{device}/wipe")).status_code


async def test_a_device_is_shown_as_it_last_reported(house: House) -> None:
    async with house.wire("rep1") as wire:
        report = {"unsent": 3, "oldest_age_s": 7200, "uploads": 2} | STORAGE
        await wire.hello(report=report, app="cairn-pwa 0.1.0", platform="android", name="Chrome · Android")
        (shown,) = await devices(house)
        assert shown["person"] == {"id": str(house.users["rep1"]), "name": "Rep one"}
        assert (shown["unsent"], shown["uploads"], shown["persisted"]) == (3, 2, True)
        assert (shown["quota_bytes"], shown["used_bytes"]) == (2 * 10**9, 5_000_000)
        asked_at = house.clock.now()
        assert shown["oldest_unsent_at"] == (asked_at - timedelta(hours=2)).isoformat().replace("+00:00", "Z")
        assert shown["reported_at"] == shown["last_seen_at"] == asked_at.isoformat().replace("+00:00", "Z")

        house.clock.advance(60)
        account = {"id": str(new_id()), "name": "A"}
        await wire.give("accounts.create", account, report={"unsent": 0, "uploads": 1, "oldest_age_s": 5})
        (shown,) = await devices(house)
        assert (shown["unsent"], shown["uploads"], shown["persisted"]) == (0, 1, None)
        assert shown["skew_ms"] == 60_000

        await wire.give(
            "notes.add", {"id": str(new_id()), "about": {"kind": "account", "id": account["id"]}, "text": "n"}
        )
        assert (await devices(house))[0]["uploads"] == 1, "a push without a report changes nothing of it"


@pytest.mark.parametrize(
    "report",
    [7, "no", [], {"unsent": -1}, {"unsent": 2**40}, {"oldest_age_s": -1}, {"quota": "much"}, {"used": 2**80}],
)
async def test_a_report_that_cannot_be_read_is_no_reason_to_refuse(house: House, report: Any) -> None:
    async with house.wire("rep1") as wire:
        assert (await wire.hello(report=report)).status_code == 200
        account = {"id": str(new_id()), "name": "A"}
        assert (await wire.give("accounts.create", account, report=report))["status"] == "applied"
        assert (await devices(house))[0]["reported_at"] is None


async def reporting(house: House, http: AsyncClient, name: str, unsent: int, age_s: float) -> str:
    wire = Wire(http, str(new_id()), "", "")
    report = {"unsent": unsent, "oldest_age_s": age_s} | STORAGE
    assert (await wire.hello(report=report, name=name)).status_code == 200
    return wire.device


async def test_oldest_unsent_first_page_by_page(house: House) -> None:
    async with house.http("rep1") as rep, house.http("rep2") as colleague:
        ages = [(2, 60.0), (0, 0.0), (5, 7_200.0), (1, 60.0), (0, 0.0)]
        made = []
        for index, (unsent, age_s) in enumerate(ages):
            made.append(await reporting(house, rep if index % 2 else colleague, f"phone {index}", unsent, age_s))
            house.clock.advance(1)
    shown: list[str] = []
    cursor = None
    async with house.http("admin") as http:
        for _ in range(len(ages)):
            query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
            page = (await http.get(PATH, params=query)).json()
            shown += [each["id"] for each in page["items"]]
            cursor = page["next"]
        assert cursor is None
        assert page["counts"]["active"] == 5
        assert page["counts"]["unsent"] == 3
    assert shown == [made[2], made[0], made[3], made[4], made[1]]
    assert [each["id"] for each in await devices(house, show="unsent")] == [made[2], made[0], made[3]]


async def test_a_device_that_only_pulls_is_seen_once_an_hour(house: House) -> None:
    async with house.wire("rep1") as wire:
        for minutes, seen_before in ((61, 0), (30, 30), (31, 0)):
            house.clock.advance(minutes * 60)
            await wire.pull()
            await house.work()
            (shown,) = await devices(house)
            assert shown["last_seen_at"] == stamp(house.clock.now() - timedelta(minutes=seen_before))
        await ask(house, "POST", wire.device)
        house.clock.advance(7_200)
        assert (await wire.page()).status_code == 403
        assert house.services.sightings.take() == {}


async def test_devices_are_found_by_person_name_platform_and_version(house: House) -> None:
    async with house.http("rep1") as rep, house.http("rep2") as colleague:
        await reporting(house, rep, "Huawei · Android", 0, 0)
        await reporting(house, colleague, "100% Safari", 0, 0)
    for words, names in {
        "huawei": ["Huawei · Android"],
        "REP TWO": ["100% Safari"],
        "%": ["100% Safari"],
        "_": [],
        "nobody": [],
    }.items():
        assert [each["name"] for each in await devices(house, search=words)] == names, words
    house.clock.advance(8 * 86_400)
    assert len(await devices(house, show="silent")) == 2
    assert await devices(house, show="skewed") == []


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 201}, {"show": "best"}, {"cursor": "x"}, {"cursor": "WzFd"}, {"search": "\0"}]
)
async def test_a_bad_question_is_refused(house: House, query: Json) -> None:
    async with house.http("admin") as http:
        answer = await http.get(PATH, params=query)
        assert (answer.status_code, answer.json()["code"]) in ((400, "malformed"), (422, "malformed"))


async def test_only_an_administrator_sees_and_erases_and_only_at_home(house: House) -> None:
    async with house.wire("rep1") as wire:
        for who in ("rep1", "manager", "boss"):
            async with house.http(who) as http:
                assert (await http.get(PATH)).status_code == 403
            assert await ask(house, "POST", wire.device, who) == 403
        async with house.http("stranger") as http:
            assert (await http.get(PATH)).json()["items"] == []
        assert await ask(house, "POST", wire.device, "stranger") == 404
        assert await ask(house, "POST", str(new_id())) == 404
        assert (await wire.page()).status_code == 200


async def test_a_device_to_be_erased_may_still_send_and_gets_nothing(house: House) -> None:
    async with house.wire("rep1") as wire:
        assert await ask(house, "POST", wire.device) == 204
        assert (await wire.hello()).status_code == 200
        receipt = await wire.give("accounts.create", {"id": str(new_id()), "name": "Sent in time"})
        assert receipt["status"] == "applied"
        answer = await wire.page()
        assert (answer.status_code, answer.json()["code"]) == (403, "device_revoked")
        assert answer.json()["params"] == {"wipe": True}
        assert [each["id"] for each in await devices(house, show="wiping")] == [wire.device]
        assert await ask(house, "DELETE", wire.device) == 204
        assert (await wire.page()).status_code == 200


async def test_the_session_of_a_device_to_be_erased_sends_and_reads_nothing(house: House) -> None:
    async with house.wire("rep1") as wire:
        account_id, photo = str(new_id()), Photo(wire.http, b"x" * 100)
        await wire.give("accounts.create", {"id": account_id, "name": "Lake Cooling"})
        await ask(house, "POST", wire.device)
        for path in (f"/api/v1/accounts/{account_id}", "/api/v1/accounts", "/api/devices", "/sync/live"):
            refused = await wire.http.get(path)
            assert (refused.status_code, refused.json()["params"]) == (403, {"wipe": True}), path
        account = {"name": "By the back door"}
        assert (await wire.http.post("/api/v1/accounts", json=account)).json()["code"] == "device_revoked"
        another = Wire(wire.http, str(new_id()), wire.now)
        assert (await another.hello()).json()["code"] == "device_revoked"
        assert (await wire.http.get("/api/session")).status_code == 200
        await photo.announce()
        assert (await photo.send()).status_code == 204
        assert (await wire.http.get(f"/api/files/{photo.id}?state")).json()["state"] == "awaiting"
        assert (await photo.read()).json()["code"] == "device_revoked"
        await ask(house, "DELETE", wire.device)
        assert (await wire.http.get(f"/api/v1/accounts/{account_id}")).status_code == 200


async def test_erasing_a_device_closes_no_session_of_another(house: House) -> None:
    async with house.wire("rep1") as first, house.wire("rep1") as second:
        await ask(house, "POST", first.device)
        assert (await first.page()).status_code == 403
        assert (await second.page()).status_code == 200
        assert (await second.http.get("/api/v1/accounts")).status_code == 200


async def test_what_was_erased_stays_shut_out_and_its_session_ends(house: House) -> None:
    async with house.wire("rep1") as wire:
        await ask(house, "POST", wire.device)
        answer = await wire.http.post("/sync/wiped", json={"device": wire.device, "lost": 2})
        assert answer.status_code == 204
        assert (await wire.http.get("/api/session")).json()["code"] == "session_ended"
        (shown,) = await devices(house, show="ended")
        assert (shown["lost"], shown["unsent"]) == (2, 0)
        assert shown["wiped_at"] is not None
        assert await devices(house) == []
        assert await ask(house, "DELETE", wire.device) == 404


async def test_the_client_sends_what_it_has_and_erases_itself(house: House) -> None:
    async with house.phone("rep1") as phone:
        await ask(house, "POST", str(phone.device))
        account = {"id": str(new_id()), "name": "Sent in time"}
        phone.record("accounts.create", account)
        with pytest.raises(Refused, match="device_revoked"):
            await phone.sync()
        assert (phone.outbox, phone.held) == ([], {})
        (shown,) = await devices(house, show="ended")
        assert (shown["id"], shown["lost"]) == (str(phone.device), 0)
        async with house.http("admin") as http:
            assert (await http.get(f"/api/v1/accounts/{account['id']}")).status_code == 200


async def test_nobody_says_that_anothers_device_was_erased(house: House) -> None:
    async with house.wire("rep1") as wire, house.http("rep2") as http:
        answer = await http.post("/sync/wiped", json={"device": wire.device})
        assert (answer.status_code, answer.json()["code"]) == (409, "device_unknown")
        unknown = {"Authorization": f"Bearer {token_of('nobody')}"}
        assert (await http.post("/sync/wiped", json={"device": wire.device}, headers=unknown)).status_code == 401
        assert UUID(wire.device) and (await wire.page()).status_code == 200
