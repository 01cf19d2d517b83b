"""Service reports: read back as PDFs, in both languages, for those who may read the ticket."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from cairn.kernel.ids import new_id
from cairn.modules.tickets import report_contents, report_words, sharing
from cairn.modules.tickets.report_contents import number_of
from support.desk import Desk, desk_of, signature
from support.house import House
from support.pictures import gate_photo
from support.postbox import Postbox
from support.tus import Photo

HOSTILE = "🙂 שלום \u202e\0#let x = 1 *b* $x$ <l> @r \\ /*" + "W" * 3_000


async def finish(desk: Desk, report: str = "融霜加热管断路，更换后库温 -18 ℃", **fields: Any) -> str:
    """A job of two technicians, the first of whom takes a break."""
    ticket_id = await desk.given(title="冷库结霜", product="DD-30 / 7712", **fields)
    await desk.assign(ticket_id, "tech", "service")
    desk.house.clock.advance(timedelta(hours=2).total_seconds())
    for event, minutes, by in (
        ("sign_in", 361, desk.tech),
        ("sign_in", 365, desk.service),
        ("pause", 370, desk.tech),
        ("resume", 380, desk.tech),
    ):
        await desk.step(ticket_id, event, minutes, by)
    await desk.step(ticket_id, "sign_out", 400, desk.service, report="checked the drain")
    await desk.step(ticket_id, "sign_out", 421, report=report, solved=True)
    return ticket_id


async def read(house: House, ticket_id: str, language: str = "zh", name: str = "tech") -> list[PageObject]:
    async with house.http(name) as http:
        answer = await http.get(f"/api/v1/tickets/{ticket_id}/report", params={"language": language})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "private, no-store"
    return list(PdfReader(io.BytesIO(answer.content)).pages)


def text_of(pages: list[PageObject]) -> str:
    return "\n".join(page.extract_text() for page in pages)


async def test_a_report_tells_what_was_done(house: House, tmp_path: Path) -> None:
    async with desk_of(house) as desk:
        ticket_id = await finish(desk)
        photo = Photo(desk.tech.http, gate_photo(tmp_path / "gate.jpg").read_bytes())
        await desk.step(ticket_id, "add_photo", 410, photo_id=photo.id, moment="before", caption="结霜")
        await desk.step(ticket_id, "add_photo", 411, photo_id=str(new_id()), moment="after")
        assert (await photo.upload()).status_code == 204
        await house.work()
        await desk.step(ticket_id, "hand_over", 430, **signature(ticket_id, "王海燕"))
        pages = await read(house, ticket_id)
        chinese = text_of(pages)
        for words in (
            *("服务报告", "Test company", "Lake Cooling", "冷库结霜", "DD-30 / 7712", "融霜加热管断路", "-18 ℃"),
            *("Technician", "Service manager", "维修前 · 结霜", "王海燕", "另有 1 张照片尚未上传"),
        ):
            assert words in chinese
        assert sum(len(page.images) for page in pages) == 1
        lines = [line.split() for line in text_of(await read(house, ticket_id, "en", "service")).splitlines()]
        assert ["Total", "·", "Technician", "50"] in lines, "an hour without the break (F-19)"
        assert ["Total", "·", "Service", "manager", "35"] in lines
        assert ["Signed", "by"] in [line[:2] for line in lines]


async def test_a_report_is_for_those_who_may_read_the_ticket(house: House) -> None:
    async with desk_of(house) as desk:
        ticket_id = await desk.given()
        for name, status, code in (
            ("tech", 409, "report_not_ready"),
            ("rep2", 404, "not_found"),
            ("stranger", 404, "not_found"),
            (None, 401, "session_ended"),
        ):
            async with house.http(name) as http:
                answer = await http.get(f"/api/v1/tickets/{ticket_id}/report")
            assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_report_goes_out_by_mail(mailing: House, postbox: tuple[Postbox, int]) -> None:
    async with desk_of(mailing) as desk:
        contact = {"id": str(new_id()), "account_id": desk.account_id, "name": "Wang", "email": "wang@example.com"}
        await desk.rep.give("contacts.create", contact)
        ticket_id = await finish(desk, contact_id=contact["id"])
        told = {"id": ticket_id, "language": "en"}
        assert (await desk.tech.give("tickets.send_report", told))["status"] == "applied"
        elsewhere = {**told, "language": "zh", "to": "li@example.com"}
        assert (await desk.service.give("tickets.send_report", elsewhere))["status"] == "applied"
        await mailing.work()
        mails = {mail["To"]: mail for mail in postbox[0].mails}
        assert mails.keys() == {"wang@example.com", "li@example.com"}
        english = mails["wang@example.com"]
        body = english.get_body()
        number = ticket_id.replace("-", "")[-8:].upper()
        assert english["Subject"] == f"Service report {number}"
        assert body is not None and "service report of Test company" in body.get_content()
        (attached,) = english.iter_attachments()
        assert attached.get_filename() == f"service-report-{number}.pdf"
        assert "What was done" in text_of(list(PdfReader(io.BytesIO(attached.get_content())).pages))
        assert mails["li@example.com"]["Subject"] == f"服务报告 {number}"


async def test_who_may_send_a_report_where_and_how_often(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "MOST_MAILS", 2)
    async with desk_of(house) as desk, house.wire("rep2") as other:
        told = {"id": await desk.given(), "language": "en", "to": "li@example.com"}
        assert (await desk.service.give("tickets.send_report", told))["code"] == "report_not_ready"
        told["id"] = await finish(desk)
        assert (await other.give("tickets.send_report", told))["code"] == "not_permitted"
        nobody = {name: told[name] for name in ("id", "language")}
        assert (await desk.service.give("tickets.send_report", nobody))["code"] == "recipient_missing"
        for to in (
            "li",
            "a@b@c",
            "a@example.com, b@example.com",
            "a@example.com\nBcc: b@example.com",
            "<a@example.com>",
        ):
            assert (await desk.service.give("tickets.send_report", told | {"to": to}))["code"] == "malformed"
        for expected in ("applied", "applied", "rejected"):
            assert (await desk.service.give("tickets.send_report", told))["status"] == expected


async def test_nothing_that_anybody_wrote_breaks_a_report(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_contents, "MOST_SESSIONS", 1)
    monkeypatch.setattr(report_contents, "MOST_VISITS", 1)
    async with desk_of(house) as desk:
        long = HOSTILE.replace("\0", "")
        ticket_id = await finish(desk, report=long + "\n" * 5_000, description=long)
        refused = {"shown": signature(ticket_id)["shown"], "refused": True, "reason": long[:200]}
        await desk.step(ticket_id, "hand_over", 430, **refused)
        await desk.service.give(
            "tickets.call_back", {"id": ticket_id, "solved": True, "satisfaction": 4, "comment": long}
        )
        pages = await read(house, ticket_id, "en")
        printed = text_of(pages)
        assert "let x = 1 *b* $x$ <l> @r" in printed and "4 of 5" in printed
        assert printed.count("Not listed: 1 more.") == 2
        assert "The customer did" in printed, "not sign"
        assert len(pages) < 10
        for page in pages:
            assert max((x for x, _ in places(page)), default=0) < float(page.mediabox.width) - 18 / 25.4 * 72


def places(page: PageObject) -> list[tuple[float, float]]:
    """Where pieces of text begin."""
    found: list[tuple[float, float]] = []
    page.extract_text(visitor_text=lambda text, cm, tm, *_: found.append((tm[4], tm[5])) if text.strip() else None)
    return found


def test_both_languages_have_the_same_words() -> None:
    words = report_words.WORDS
    assert words["zh"].keys() == words["en"].keys()
    assert report_words.language_of("zh-TW") == "zh" and report_words.language_of("de") == "en"


def test_a_ticket_is_called_by_the_end_of_its_id() -> None:
    assert number_of(new_id()) != number_of(new_id())
