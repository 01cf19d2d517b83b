"""Hello: a device introduces itself and learns where it stands (sync protocol, "POST /sync/hello")."""

from datetime import timedelta

from cairn.kernel.ids import new_id
from support.house import HOME, House
from support.wire import Wire, stamp


async def test_a_device_learns_epoch_limits_and_who_it_belongs_to(house: House) -> None:
    async with house.http("rep1") as http:
        wire = Wire(http, str(new_id()), stamp(house.clock.now()))
        answer = (await wire.hello()).json()
    assert answer["limits"] == {"mutations": 500, "bytes": 4_194_304, "rows": 5000}
    assert answer["last_seq"] == 0
    assert answer["server_time"] == stamp(house.clock.now())
    assert answer["schema"]["min"] <= 1 <= answer["schema"]["current"]
    assert answer["user"] == {
        "id": str(house.users["rep1"]),
        "name": "Rep one",
        "roles": ["salesperson"],
        "organization": str(HOME),
    }
    assert isinstance(answer["epoch"], str) and answer["epoch"]
    assert isinstance(answer["server"], str) and answer["server"]


async def test_hello_again_changes_nothing_but_the_description(house: House) -> None:
    async with house.wire("rep1") as wire:
        await wire.give("accounts.create", {"id": str(new_id()), "name": "A"})
        epoch = wire.epoch
        house.clock.advance(60)
        answer = await wire.hello(name="renamed phone", app="wire 2")
        assert (answer.json()["last_seq"], answer.json()["epoch"]) == (1, epoch)
        (device,) = (await wire.http.get("/api/devices")).json()
        assert (device["name"], device["app"]) == ("renamed phone", "wire 2")
        assert device["last_seen_at"] == stamp(house.clock.now())
        assert device["created_at"] == stamp(house.clock.now() - timedelta(seconds=60))


async def test_a_schema_that_is_too_old_must_upgrade(house: House) -> None:
    async with house.http("rep1") as http:
        wire = Wire(http, str(new_id()), stamp(house.clock.now()))
        answer = await wire.hello(schema=0)
        assert (answer.status_code, answer.json()["code"]) == (426, "upgrade_required")
        assert answer.json()["params"] == {"min_schema": 1}
        assert (await http.get("/api/devices")).json() == []


async def test_the_device_of_somebody_else_is_refused_and_stays_theirs(house: House) -> None:
    async with house.wire("rep1") as wire, house.http("rep2") as thief:
        answer = await Wire(thief, wire.device, wire.now).hello()
        assert (answer.status_code, answer.json()["code"]) == (409, "sequence_reused")
        assert (await thief.get("/api/devices")).json() == []
        assert (await wire.give("accounts.create", {"id": str(new_id()), "name": "A"}))["status"] == "applied"


MALFORMED: list[dict[str, object]] = [
    {"device": "not-a-uuid"},
    {"device": None},
    {"schema": "1"},
    {"schema": 2**40},
    {"schema": 2**70},
    {"schema": -1},
    {"name": "x" * 201},
    {"name": "a\u0000b"},
    {"app": "\u0000"},
    {"name": 1},
]


async def test_a_malformed_hello_is_refused_with_a_code(house: House) -> None:
    async with house.http("rep1") as http:
        for changes in MALFORMED:
            answer = await Wire(http, str(new_id()), stamp(house.clock.now())).hello(**changes)
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), changes
        lone = b'{"device":"%s","schema":1,"name":"\\ud800"}' % str(new_id()).encode()
        assert (await http.post("/sync/hello", content=lone)).status_code == 422
        assert (await http.get("/api/devices")).json() == []


BODIES = [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"text"', b"[" * 5_000, b'{"mutations":[', b"{}" * 3, b"\x00"]


async def test_a_body_that_is_no_envelope_is_malformed(house: House) -> None:
    async with house.http("rep1") as http:
        for path in ("/sync/hello", "/sync/push", "/sync/pull"):
            for body in BODIES:
                answer = await http.post(path, content=body)
                assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), (path, body)
                assert set(answer.json()) == {"code", "message", "params"}


async def test_nobody_syncs_without_a_session(house: House) -> None:
    async with house.http() as http:
        for path in ("/sync/hello", "/sync/push", "/sync/pull"):
            for token in (None, b"Bearer nonsense", b"Bearer ", b"Basic abc", b"Bearer \xe9"):
                answer = await http.post(path, json={}, headers={"Authorization": token} if token else {})
                assert (answer.status_code, answer.json()["code"]) == (401, "session_ended"), (path, token)
