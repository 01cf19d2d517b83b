"""Rows that were read become customers of their owner, through the same door as everything else."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from cairn.modules.accounts import importing
from cairn.modules.accounts.importing import create_customers, foresee, known_customers
from cairn.modules.accounts.imports import CustomerImport, ImportOptions, read_customers
from cairn.modules.identity.people import find_person
from support.house import House

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
FILE = """name,address,phone,lat,lon,tags
苏州栎渡食品有限公司,青禾路1号,0512-0555-0001,31.3,120.6,冷库;老客户
Alderwick Foods,2 Qinghe Road,,,,
,nobody,,,,
Alderwick  foods,2 Qinghe Road,,,,
Brackenfold Dairy,3 Qinghe Road,,91,120.6,
"""


async def read(house: House, content: str = FILE) -> CustomerImport:
    known = await known_customers(house.services.database, house.organization_id)
    return read_customers(content.encode(), ImportOptions(), at=AT, known=known)


async def give(house: House, owner: str, found: CustomerImport) -> list[tuple[Any, ...]]:
    person = await find_person(house.services.database, f"{owner}@example.com")
    assert person is not None
    outcomes = await create_customers(house.services.dispatcher, person.actor, found.rows, house.services.new_id)
    return [(outcome.number, outcome.status, outcome.code) for outcome in outcomes]


async def test_ready_rows_reach_their_owners_phone_and_the_others_say_why_not(house: House) -> None:
    outcomes = await give(house, "rep1", await read(house))
    assert outcomes == [
        (2, "created", None),
        (3, "created", None),
        (4, "refused", "name_missing"),
        (5, "duplicate", "duplicate"),
        (6, "refused", "position_invalid"),
    ]
    async with house.phone("rep1") as phone:
        names = {each["name"]: each for each in phone.documents("account").values()}
        assert set(names) == {"苏州栎渡食品有限公司", "Alderwick Foods"}
        customer = names["苏州栎渡食品有限公司"]
        assert customer["owner_id"] == str(house.users["rep1"])
        assert customer["tags"] == ["冷库", "老客户"]
        assert customer["position"]["lat"] == 31.3
    async with house.phone("other") as phone:
        assert not phone.documents("account")


async def test_a_second_import_of_the_same_file_creates_nothing(house: House) -> None:
    await give(house, "rep1", await read(house))
    again = await give(house, "rep2", await read(house))
    assert [status for _, status, _ in again] == ["duplicate", "duplicate", "refused", "duplicate", "refused"]


async def test_what_was_foreseen_is_what_happens(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    found = await read(house)
    foreseen = [(each.number, each.status.replace("ready", "created"), each.code) for each in foresee(found.rows)]
    assert await known_customers(house.services.database, house.organization_id) == set()
    assert await give(house, "manager", found) == foreseen
    await house.check()


async def test_whoever_may_not_create_customers_is_told_row_by_row(house: House) -> None:
    outcomes = await give(house, "finance", await read(house))
    assert [code for _, _, code in outcomes[:2]] == ["not_permitted", "not_permitted"]


async def test_the_log_knows_an_import_from_a_phone(house: House) -> None:
    await give(house, "rep1", await read(house))
    from sqlalchemy import select

    from cairn.kernel.log import CommandLog

    async with house.services.database.reading_session() as session:
        rows = (await session.scalars(select(CommandLog).where(CommandLog.source == "import"))).all()
        assert [row.user_id for row in rows] == [house.users["rep1"]] * 2
        assert "id" in msgspec.json.decode(rows[0].args)
