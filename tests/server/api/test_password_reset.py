"""A forgotten password: the mail goes through a real SMTP server, its link works once and not for long."""

import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from httpx import Response
from sqlalchemy import func, select

from cairn.jobs.worker import Worker
from cairn.kernel.deliveries import Delivery
from cairn.modules.identity.models import PasswordReset
from support.house import House, enter_house
from support.postbox import Postbox

NEW = "a new password"


async def ask(house: House, name: str) -> None:
    async with house.http() as http:
        answer = await http.post("/api/password-reset", json={"email": f"{name}@example.com"})
        assert answer.status_code == 202
        assert answer.text in ("", "null")
    await house.work()


def link(mail: EmailMessage) -> str:
    found = re.search(r"https://crm\.example\.com/reset/(\S+)", mail.get_content())
    assert found is not None
    return found[1]


async def confirm(house: House, token: str, password: str = NEW) -> tuple[int, str | None]:
    async with house.http() as http:
        answer = await http.post("/api/password-reset/confirm", json={"token": token, "password": password})
        return answer.status_code, answer.json()["code"] if answer.content else None


async def sign_in(house: House, password: str, name: str = "rep1") -> int:
    async with house.http() as http:
        credentials = {"email": f"{name}@example.com", "password": password}
        return (await http.post("/api/session", json=credentials)).status_code


async def test_the_link_sets_a_password_once_and_ends_every_session(
    mailing: House, postbox: tuple[Postbox, int]
) -> None:
    async with mailing.http("rep1") as old:
        await ask(mailing, "rep1")
        (mail,) = postbox[0].mails
        assert (mail["To"], mail["Subject"]) == ("rep1@example.com", "重设您的 Cairn 密码")
        assert "Rep one，您好" in mail.get_content()
        assert (await old.get("/api/session")).status_code == 200
        assert await confirm(mailing, link(mail), "short") == (422, "password_too_short")
        assert await confirm(mailing, link(mail)) == (204, None)
        assert await confirm(mailing, link(mail), "another password") == (400, "reset_invalid")
        assert (await old.get("/api/session")).json()["code"] == "session_ended"
    assert await sign_in(mailing, NEW) == 201
    assert await sign_in(mailing, "cairn-demo") == 401


async def test_the_mail_speaks_the_organizations_language(mailing: House, postbox: tuple[Postbox, int]) -> None:
    await ask(mailing, "stranger")
    (mail,) = postbox[0].mails
    assert mail["Subject"] == "Reset your Cairn password"
    assert "Hello Stranger," in mail.get_content()
    assert await confirm(mailing, link(mail)) == (204, None)
    assert await sign_in(mailing, NEW, "stranger") == 201
    assert await sign_in(mailing, NEW) == 401, "nobody else's password changed"


async def test_a_link_runs_out_after_an_hour(mailing: House, postbox: tuple[Postbox, int]) -> None:
    await ask(mailing, "rep1")
    mailing.clock.advance(3_600)
    assert await confirm(mailing, link(postbox[0].mails[0])) == (400, "reset_invalid")
    assert await sign_in(mailing, "cairn-demo") == 201


async def test_nobody_learns_who_signs_in_here(mailing: House, postbox: tuple[Postbox, int]) -> None:
    await ask(mailing, "nobody")
    async with mailing.http("admin") as admin:
        await admin.patch(f"/api/v1/users/{mailing.users['rep1']}", json={"set": {"active": False}})
    await ask(mailing, "rep1")
    assert postbox[0].mails == []
    for token in ("", "x", "x" * 200, "\u0000"):
        assert await confirm(mailing, token) == (400, "reset_invalid")


async def test_a_mail_is_tried_again_and_sent_once(mailing: House, postbox: tuple[Postbox, int]) -> None:
    postbox[0].open = False
    await ask(mailing, "rep1")
    postbox[0].open = True
    worker = Worker(mailing.services)
    await worker.work_once()
    assert postbox[0].mails == [], "not before its time"
    mailing.clock.advance(30)
    for _ in range(3):
        await worker.work_once()
        mailing.clock.advance(600)
    assert len(postbox[0].mails) == 1


async def request_reset(house: House, email: str, **headers: str) -> Response:
    async with house.http() as http:
        return await http.post("/api/password-reset", json={"email": email}, headers=headers)


@pytest.mark.parametrize("name", ["rep1", "nobody"])
async def test_an_address_gets_few_mails_known_or_not(mailing: House, postbox: tuple[Postbox, int], name: str) -> None:
    email = f"{name}@example.com"
    answers = [await request_reset(mailing, address) for address in (email, email.upper(), f" {email}")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, answers[0].content)}
    refused = await request_reset(mailing, email)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert (await request_reset(mailing, "rep2@example.com")).status_code == 202, "others are not held up"
    await mailing.work()
    asked = {"rep1": 3, "nobody": 0}[name]
    assert sorted(mail["To"] for mail in postbox[0].mails) == ["rep1@example.com"] * asked + ["rep2@example.com"]
    mailing.clock.advance(901)
    assert (await request_reset(mailing, email)).status_code == 202


async def test_a_network_gets_few_mails_whatever_addresses_it_names(mailing: House) -> None:
    for number in range(30):
        assert (await request_reset(mailing, f"person{number}@example.com")).status_code == 202
    assert (await request_reset(mailing, "rep1@example.com")).status_code == 429
    from_elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    assert (await request_reset(mailing, "rep1@example.com", **from_elsewhere)).status_code == 429, "anybody can say so"


async def test_the_network_is_what_ones_own_proxy_saw(furnished_url: str, tmp_path: Path) -> None:
    async with enter_house(furnished_url, tmp_path, trusted_proxies=1) as house:
        for number in range(30):
            answer = await request_reset(house, f"person{number}@example.com", **{"X-Forwarded-For": "198.51.100.1"})
            assert answer.status_code == 202
        forged = {"X-Forwarded-For": "203.0.113.9, 198.51.100.1"}
        assert (await request_reset(house, "rep1@example.com", **forged)).status_code == 429
        other = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
        assert (await request_reset(house, "rep1@example.com", **other)).status_code == 202


async def test_the_request_does_the_same_for_every_address(mailing: House) -> None:
    """What differs happens in the worker: before it runs, the tables differ by nothing but the address."""
    for name in ("rep1", "nobody"):
        assert (await request_reset(mailing, f"{name}@example.com")).status_code == 202
    async with mailing.services.database.reading() as connection:
        rows = (await connection.execute(select(Delivery.channel, Delivery.payload, Delivery.attempts))).all()
        tokens = (await connection.execute(select(func.count()).select_from(PasswordReset))).scalar_one()
    assert tokens == 0
    expected = [("reset", {"email": f"{name}@example.com"}, 0) for name in ("nobody", "rep1")]
    assert sorted(map(tuple, rows), key=str) == expected
