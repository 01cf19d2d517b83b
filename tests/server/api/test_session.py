"""Signing in and out, sessions and devices (sync protocol, "Signing in")."""

from typing import Any

import pytest
from httpx import AsyncClient, Response

from cairn.modules.identity import passwords
from support.house import HOME, PASSWORD, House
from support.wire import stamp

Json = dict[str, Any]


async def sign_in(http: AsyncClient, email: str = "rep1@example.com", password: str = PASSWORD) -> Response:
    return await http.post("/api/session", json={"email": email, "password": password})


async def test_signing_in_gives_a_token_and_a_cookie(house: House) -> None:
    async with house.http() as http:
        answer = await sign_in(http, "  REP1@Example.com ")
        assert answer.status_code == 201
        user = answer.json()["user"]
        assert user == {
            "id": str(house.users["rep1"]),
            "name": "Rep one",
            "roles": ["salesperson"],
            "organization": str(HOME),
        }
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=lax" in cookie
        assert "secure" not in cookie
        assert (await http.get("/api/session")).json()["user"] == user, "by the cookie"
        http.cookies.clear()
        assert (await http.get("/api/session")).status_code == 401
        bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
        myself = (await http.get("/api/session", headers=bearer)).json()
        assert (myself["user"], myself["organization"]["locale"]) == (user, "zh-CN")
        assert "accounts.edit" in myself["permissions"]
        assert "users.edit" not in myself["permissions"]
        assert (await http.delete("/api/session", headers=bearer)).status_code == 204
        assert (await http.get("/api/session", headers=bearer)).json()["code"] == "session_ended"


async def test_a_wrong_password_and_an_unknown_address_are_one_answer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[bool] = []
    real = passwords._verify

    def counted(password: str, password_hash: str | None) -> bool:
        hashed.append(True)
        return real(password, password_hash)

    monkeypatch.setattr(passwords, "_verify", counted)
    async with house.http() as http:
        answers = [
            await sign_in(http, password="wrong"),
            await sign_in(http, email="nobody@example.com"),
            await sign_in(http, email="nobody"),
            await sign_in(http, password=""),
        ]
        assert {(each.status_code, each.text) for each in answers} == {(401, answers[0].text)}
        assert answers[0].json()["code"] == "bad_credentials"
        assert len(hashed) == len(answers), "each attempt costs the one slow hash"
        assert not any("set-cookie" in each.headers for each in answers)


async def test_guessing_is_locked_out_until_the_window_ends(house: House) -> None:
    async with house.http() as http:
        for _ in range(10):
            assert (await sign_in(http, password="guess")).status_code == 401
            house.clock.advance(1)
        locked = await sign_in(http)
        assert (locked.status_code, locked.json()["code"]) == (429, "too_many_requests")
        assert locked.headers["retry-after"] == "890", "when the first of the ten failures leaves the window"
        assert (await sign_in(http, "rep2@example.com")).status_code == 201, "somebody else is not locked out"
        house.clock.advance(889)
        assert (await sign_in(http)).status_code == 429
        house.clock.advance(1)
        assert (await sign_in(http)).status_code == 201


MALFORMED: list[Any] = [
    {},
    [],
    {"email": "a"},
    {"email": 1, "password": "x"},
    {"email": "a\u0000b", "password": "x"},
    {"email": "a" * 300, "password": "x"},
    {"email": "a", "password": "x" * 2_000},
    {"email": "a", "password": None},
]


async def test_a_malformed_sign_in_is_refused(house: House) -> None:
    async with house.http() as http:
        for body in MALFORMED:
            answer = await http.post("/api/session", json=body)
            assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), body


async def test_sessions_are_listed_and_ended(house: House) -> None:
    async with house.http() as first, house.http() as second, house.http("rep2") as other:
        for http in (first, second):
            house.clock.advance(10)
            await sign_in(http)
        listed = (await second.get("/api/sessions")).json()
        assert [each["current"] for each in listed].count(True) == 1
        assert listed[0]["current"], "the newest first"
        victim = listed[1]["id"]
        assert (await other.delete(f"/api/sessions/{victim}")).status_code == 204
        assert (await first.get("/api/session")).status_code == 200, "only one's own sessions end"
        assert (await second.delete(f"/api/sessions/{victim}")).status_code == 204
        assert (await first.get("/api/session")).json()["code"] == "session_ended"
        assert victim not in [each["id"] for each in (await second.get("/api/sessions")).json()]


async def test_a_session_runs_out(house: House) -> None:
    async with house.http() as http:
        await sign_in(http)
        house.clock.advance(30 * 86_400 - 1)
        assert (await http.get("/api/session")).status_code == 200
        house.clock.advance(6)
        assert (await http.get("/api/session")).json()["code"] == "session_ended"


async def test_who_is_out_of_service_is_out(house: House) -> None:
    async with house.http() as http, house.http("admin") as admin:
        await sign_in(http)
        path = f"/api/v1/users/{house.users['rep1']}"
        assert (await http.get("/api/session")).status_code == 200
        assert (await admin.patch(path, json={"set": {"active": False}})).json()["status"] == "applied"
        assert (await http.get("/api/session")).json()["code"] == "session_ended"
        answer = await sign_in(http)
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")


async def test_devices_are_listed_and_revoked_by_their_own(house: House) -> None:
    async with house.wire("rep1") as wire, house.http("rep2") as other, house.http("stranger") as stranger:
        (device,) = (await wire.http.get("/api/devices")).json()
        assert (device["id"], device["name"], device["revoked_at"]) == (wire.device, "test phone", None)
        assert (await other.get("/api/devices")).json() == []
        for http in (other, stranger):
            answer = await http.delete(f"/api/devices/{wire.device}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert (await wire.http.delete(f"/api/devices/{wire.device}")).status_code == 204
        (device,) = (await wire.http.get("/api/devices")).json()
        assert device["revoked_at"] == stamp(house.clock.now())
