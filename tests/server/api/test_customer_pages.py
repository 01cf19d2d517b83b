"""The customer's page: who has the link sees where the ticket stands, and nobody learns anything else by it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from httpx import AsyncClient, Response

from cairn.api import customer_pages
from cairn.api.pages.rendering import FOLDER
from cairn.api.pages.words import WORDS
from cairn.kernel.ids import new_id
from cairn.modules.tickets.sharing import MOST_LINKS, token_hash
from cairn.services import PAGES_PER_MINUTE
from support.desk import Desk, desk_of
from support.house import House
from support.wire import Wire

Json = dict[str, Any]
TOKEN = "the-token-that-a-phone-has-made-for-this-customer"


async def share(wire: Wire, ticket_id: str, token: str = TOKEN, link_id: str | None = None) -> Json:
    args = {"id": link_id or str(new_id()), "ticket_id": ticket_id, "token_hash": token_hash(token)}
    return await wire.give("tickets.share", args)


async def done(desk: Desk, **fields: Any) -> str:
    ticket_id = await desk.given(**fields)
    await desk.step(ticket_id, "sign_in", 361)
    await desk.step(ticket_id, "sign_out", 400, report="bearing replaced")
    return ticket_id


@asynccontextmanager
async def customer(house: House, language: str = "en") -> AsyncIterator[AsyncClient]:
    async with house.http() as http:
        http.headers["Accept-Language"] = language
        yield http


def text_of(answer: Response) -> str:
    body = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


async def test_a_link_shows_where_the_ticket_stands(house: House) -> None:
    async with desk_of(house) as desk:
        ticket_id = await desk.given(due_at="2026-11-23T10:00:00Z", description="secret code of the gate 4711")
        assert (await share(desk.tech, ticket_id))["status"] == "applied"
        await desk.step(ticket_id, "on_my_way", 361)
        async with customer(house) as http:
            answer = await http.get(f"/s/{TOKEN}")
            shown = text_of(answer)
            for words in ("Test company", "Compressor is loud", "on the way", "Technician", "23 Nov 2026, 18:00"):
                assert words in shown
            for hidden in ("4711", "Lake Cooling", desk.account_id, ticket_id, "form"):
                assert hidden not in shown
            assert "Rep one" not in shown
            assert "<form" not in answer.text and "/report" not in answer.text
            chinese = await http.get(f"/s/{TOKEN}?lang=zh")
            assert "服务人员已出发" in chinese.text and 'lang="zh-CN"' in chinese.text
            assert (
                "服务人员已出发" in (await http.get(f"/s/{TOKEN}", headers={"Accept-Language": "zh-TW,en;q=0.5"})).text
            )
            headers = answer.headers
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-robots-tag"] == "noindex, nofollow"
            assert headers["cache-control"] == "private, no-store"
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]


async def test_the_customer_reads_the_report_and_rates_once(house: House) -> None:
    async with desk_of(house) as desk:
        ticket_id, link_id = await done(desk), str(new_id())
        await share(desk.service, ticket_id, link_id=link_id)
        async with customer(house) as http:
            report = await http.get(f"/s/{TOKEN}/report")
            assert report.headers["content-type"] == "application/pdf" and report.content.startswith(b"%PDF")
            half = await http.post(f"/s/{TOKEN}/rating", data={"satisfaction": "4", "comment": "<b>kind</b>"})
            assert half.status_code == 422
            assert "&lt;b&gt;kind&lt;/b&gt;" in half.text and "<b>kind</b>" not in half.text
            said = {"satisfaction": "4", "solved": "yes", "comment": "<script>alert(1)</script>"}
            answer = await http.post(f"/s/{TOKEN}/rating", data=said)
            assert answer.status_code == 303 and answer.headers["location"] == f"/s/{TOKEN}?lang=en"
            again = await http.post(f"/s/{TOKEN}/rating", data=said | {"satisfaction": "1"})
            assert again.status_code == 303
            page = await http.get(f"/s/{TOKEN}")
            assert WORDS["en"]["thanks"] in page.text and "<form" not in page.text and "alert" not in page.text
        await desk.service.pull()
        rating = desk.service.documents("rating")[link_id]
        assert (rating["satisfaction"], rating["solved"], rating["user_id"]) == (4, True, None)
        await desk.tech.pull()
        assert not desk.tech.documents("rating"), "sealed from those whom it is about"


async def test_unknown_ended_and_revoked_links_look_the_same(house: House) -> None:
    async with desk_of(house) as desk, customer(house) as http:
        ticket_id, link_id = await done(desk), str(new_id())
        await share(desk.service, ticket_id, "revoked", link_id)
        await share(desk.service, ticket_id, "ended")
        assert (await desk.service.give("tickets.unshare", {"id": link_id}))["status"] == "applied"
        await desk.service.give("tickets.close", {"id": ticket_id})
        house.clock.advance(timedelta(days=29).total_seconds())
        assert (await http.get("/s/ended")).status_code == 200
        house.clock.advance(timedelta(days=2).total_seconds())
        answers = [
            await http.get(f"/s/{token}") for token in ("ended", "revoked", "unknown", "x" * 5_000, "%00", "..%2f")
        ]
        assert {(each.status_code, each.text) for each in answers} == {(404, answers[0].text)}
        assert {each.headers["content-security-policy"] for each in answers} == {
            answers[0].headers["content-security-policy"]
        }
        for path in ("ended/report", "revoked/report", "unknown/report"):
            assert (await http.get(f"/s/{path}")).text == answers[0].text
        said = {"satisfaction": "5", "solved": "yes"}
        assert (await http.post("/s/revoked/rating", data=said)).text == answers[0].text


async def test_a_link_lasts_a_year_at_most(house: House) -> None:
    async with desk_of(house) as desk, customer(house) as http:
        await share(desk.service, await desk.ticket())
        house.clock.advance(timedelta(days=364).total_seconds())
        assert (await http.get(f"/s/{TOKEN}")).status_code == 200
        house.clock.advance(timedelta(days=1).total_seconds())
        assert (await http.get(f"/s/{TOKEN}")).status_code == 404


async def test_nothing_is_rated_before_the_job_is_done(house: House) -> None:
    async with desk_of(house) as desk, customer(house) as http:
        await share(desk.service, await desk.given())
        assert (await http.post(f"/s/{TOKEN}/rating", data={"satisfaction": "1", "solved": "no"})).status_code == 303
        assert (await http.get(f"/s/{TOKEN}/report")).status_code == 404
        await desk.service.pull()
        assert not desk.service.documents("rating")


NO_ANSWERS = (
    b"satisfaction=9&solved=yes",
    b"satisfaction=4&solved=perhaps",
    b"satisfaction=4&solved=yes&comment=" + b"x" * 2_001,
    b"&".join(b"f%d=1" % number for number in range(50)),
    b"\xff\xfe%00",
    b"",
)


async def test_what_is_no_answer_is_asked_again(house: House) -> None:
    async with desk_of(house) as desk, customer(house) as http:
        await share(desk.service, await done(desk))
        http.headers["content-type"] = "application/x-www-form-urlencoded"
        for body in NO_ANSWERS:
            answer = await http.post(f"/s/{TOKEN}/rating", content=body)
            assert answer.status_code == 422 and "<form" in answer.text
        endless = b"x" * (customer_pages.LARGEST_FORM_BYTES + 1)
        assert (await http.post(f"/s/{TOKEN}/rating", content=endless)).status_code == 413
        await desk.service.pull()
        assert not desk.service.documents("rating")


async def test_who_guesses_is_told_to_come_again(house: House) -> None:
    async with customer(house) as http:
        answers = [(await http.get(f"/s/guess-{number}")).status_code for number in range(PAGES_PER_MINUTE + 1)]
        assert answers == [404] * PAGES_PER_MINUTE + [429]
        answer = await http.get("/s/guess")
        assert WORDS["en"]["busy"] in answer.text and int(answer.headers["retry-after"]) >= 1
        house.clock.advance(60)
        assert (await http.get("/s/guess")).status_code == 404


async def test_hostile_words_stay_words(house: House) -> None:
    title = '"><img src=x onerror=alert(1)>{{ 7*7 }}'
    async with desk_of(house) as desk, customer(house) as http:
        await share(desk.service, await desk.ticket(title=title))
        page = (await http.get(f"/s/{TOKEN}")).text
        assert "<img" not in page and "49" not in text_of(await http.get(f"/s/{TOKEN}"))
        assert "&lt;img src=x onerror=alert(1)&gt;{{ 7*7 }}" in page


async def test_who_has_no_part_in_a_ticket_cannot_give_it_away(house: House) -> None:
    async with desk_of(house) as desk, house.wire("rep2") as other, house.wire("stranger") as stranger:
        ticket_id = await desk.given()
        assert (await share(desk.rep, ticket_id, "by the owner"))["status"] == "applied"
        assert (await share(other, ticket_id, "by another"))["code"] == "not_permitted"
        assert (await share(stranger, ticket_id, "from abroad"))["code"] == "not_found"
        assert (await share(stranger, ticket_id, "by the owner"))["code"] == "not_found"
        await desk.rep.pull()
        (link_id,) = desk.rep.documents("ticket_link")
        assert (await other.give("tickets.unshare", {"id": link_id}))["code"] == "not_permitted"


async def test_a_ticket_has_so_many_links_and_a_token_one(house: House) -> None:
    async with desk_of(house) as desk:
        ticket_id = await desk.ticket()
        await share(desk.service, ticket_id, "token 0")
        assert (await share(desk.service, ticket_id, "token 0"))["code"] == "already_exists"
        for number in range(1, MOST_LINKS):
            assert (await share(desk.service, ticket_id, f"token {number}"))["status"] == "applied"
        assert (await share(desk.service, ticket_id, "one more"))["code"] == "ticket_links_full"


def test_a_page_is_small_and_says_the_same_in_both_languages() -> None:
    assert sum((FOLDER / name).stat().st_size for name in ("page.css", "live.js")) < 10_000
    assert WORDS["en"].keys() == WORDS["zh"].keys()
