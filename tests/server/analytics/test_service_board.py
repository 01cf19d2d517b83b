"""The after-sales board counts what happened, of each ticket one answer, and only for whom it is meant."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel.ids import new_id
from cairn.modules.analytics.service_board import LEVELS, service_counts
from cairn.modules.feedback.models import Rating
from cairn.modules.tickets.models import Ticket
from support.desk import Desk, desk_of
from support.house import MONDAY, House
from support.vectors import vectors
from support.wire import Wire, stamp

Json = dict[str, Any]
WEEK = {"since": stamp(MONDAY - timedelta(days=3)), "until": stamp(MONDAY + timedelta(days=4))}


async def board(wire: Wire, **period: str) -> Response:
    return await wire.http.get("/api/v1/boards/service", params=WEEK | period)


async def counts(wire: Wire, **period: str) -> dict[tuple[str | None, str], Json]:
    answer = await board(wire, **period)
    assert answer.status_code == 200, answer.text
    return {(each["user_id"], each["type"]): each for each in answer.json()["counts"]}


async def finished(desk: Desk, **fields: Any) -> str:
    ticket_id = await desk.given(**fields)
    await desk.step(ticket_id, "sign_in", 400)
    await desk.step(ticket_id, "sign_out", 460, report="bearing replaced")
    return ticket_id


@pytest.mark.feature(148, 149)
async def test_what_customers_say_is_counted_by_person_and_type(house: House) -> None:
    async with desk_of(house) as desk:
        tech, service = str(house.users["tech"]), desk.service
        for solved, satisfaction in ((True, 5), (True, 4), (False, 1)):
            ticket_id = await finished(desk)
            await desk.step(ticket_id, "call_back", 480, service, solved=solved, satisfaction=satisfaction)
        await finished(desk, type="inspection")
        await desk.ticket(type="complaint")
        found = await counts(service)
        repair = found[tech, "repair"]
        assert (repair["asked"], repair["completed"], repair["answered"], repair["solved"]) == (3, 3, 3, 2)
        assert repair["satisfaction"] == [1, 0, 0, 1, 1]
        inspection = found[tech, "inspection"]
        assert (inspection["asked"], inspection["completed"], inspection["answered"]) == (1, 1, 0)
        assert found[None, "complaint"]["asked"] == 1
        assert not await counts(service, until=stamp(MONDAY - timedelta(days=1)))


async def test_a_ticket_that_came_back_waits_for_another_answer(house: House) -> None:
    async with desk_of(house) as desk:
        ticket_id = await finished(desk)
        await desk.step(ticket_id, "call_back", 480, desk.service, solved=True, satisfaction=5)
        await desk.step(ticket_id, "reopen", 490, desk.service, reason="loud again")
        (row,) = (await counts(desk.service)).values()
        assert (row["completed"], row["reopened"], row["answered"], row["satisfaction"]) == (0, 1, 0, [0] * 5)


async def test_of_each_ticket_one_answer_counts(house: House) -> None:
    for case in vectors("answers.json"):
        organization_id = new_id()
        async with house.services.database.writing() as session:
            await _store(session, organization_id, case)
            (row,) = await service_counts(session, organization_id, MONDAY, MONDAY + timedelta(hours=1))
        solved, marks = case["solved"], case["satisfaction"]
        assert (row.answered, row.solved) == (int(solved is not None), int(solved is True)), case["name"]
        assert row.satisfaction == [int(marks == level) for level in LEVELS], case["name"]


async def _store(session: AsyncSession, organization_id: UUID, case: Json) -> None:
    """What the case says of a ticket and its ratings, in an organization of their own."""
    ticket_id = new_id()
    plain = {"account_name": "", "title": "", "priority": "normal", "source": "staff", "status": "done"}
    lists = {name: [] for name in ("helper_ids", "trace", "work", "photos")}
    made = {"created_at": MONDAY, "status_at": MONDAY, "created_by": new_id(), "account_id": new_id(), "edits": {}}
    ticket = plain | lists | made | {"type": "repair", "organization_id": organization_id, "id": ticket_id}
    await session.execute(insert(Ticket.__table__).values(ticket | _times(case["ticket"])))
    for rating in case["ratings"]:
        said = _times(rating) | {"user_id": new_id() if rating["user_id"] else None, "flags": []}
        own = {"organization_id": organization_id, "id": new_id(), "ticket_id": ticket_id, "received_at": said["at"]}
        await session.execute(insert(Rating.__table__).values(said | own))


def _times(fields: Json) -> Json:
    return {
        name: datetime.fromisoformat(value) if name.endswith("at") and value else value
        for name, value in fields.items()
    }


async def test_only_those_who_dispatch_read_it(house: House) -> None:
    async with desk_of(house) as desk:
        for wire in (desk.tech, desk.rep):
            answer = await board(wire)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


@pytest.mark.parametrize(
    "period",
    [
        {"since": WEEK["until"], "until": WEEK["since"]},
        {"since": "1900-01-01T00:00:00Z"},
        {"since": "2026-11-20T00:00:00"},
        {"since": "yesterday"},
    ],
)
async def test_a_period_that_is_none_is_refused(house: House, period: dict[str, str]) -> None:
    async with desk_of(house) as desk:
        assert (await board(desk.service, **period)).status_code in (400, 422)
