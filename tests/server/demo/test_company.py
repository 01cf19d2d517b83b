"""The demo company is the one that was promised, as the server itself judged and kept it."""

import asyncio
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from cairn.demo.calendar import ZONE, working_days_before
from cairn.demo.people import PASSWORD
from cairn.kernel.devices import Device
from cairn.kernel.log import CommandLog
from cairn.modules.identity.models import Credential
from cairn.modules.identity.passwords import verify_password
from support.company import Documents, database_of
from support.feed import assert_feed_rebuilds_tables

SIGN_INS = {"gm", "vp", "manager", "manager2", "marketing", "finance", "service", "admin", "agent"} | {
    *(f"rep{number}" for number in range(1, 7)),
    *(f"tech{number}" for number in range(1, 5)),
}
A_MINUTE = timedelta(minutes=1)


def codes(visit: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in visit["verdict"]["reasons"]]


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)


def last_day(company: Documents) -> datetime:
    return max(local(visit["checked_in_at"]) for visit in company["visit"].values())


def test_phones_have_said_how_they_are(company: Documents, data: Path) -> None:
    async def devices() -> list[Device]:
        database = database_of(data)
        async with database.reading_session() as session:
            ours = [UUID(user_id) for user_id in company["user"]]
            found = list(await session.scalars(select(Device).where(Device.user_id.in_(ours))))
        await database.close()
        return found

    found = asyncio.run(devices())
    assert len(found) >= 6
    assert all(device.reported_at and device.app.startswith("cairn-pwa ") and device.quota_bytes for device in found)
    assert {device.persisted for device in found} == {True, False}
    assert [device.unsent for device in found if device.unsent] == [2]


def test_everybody_can_sign_in(company: Documents, data: Path) -> None:
    async def credentials() -> dict[UUID, Credential]:
        database = database_of(data)
        async with database.reading_session() as session:
            found = {row.user_id: row for row in await session.scalars(select(Credential))}
        await database.close()
        return found

    known = asyncio.run(credentials())
    ours = [known[UUID(user_id)] for user_id in company["user"]]
    assert {each.email for each in ours} == {f"{key}@chenghu.example.com" for key in SIGN_INS}
    assert len({each.password_hash for each in known.values()}) == 1
    assert asyncio.run(verify_password(PASSWORD, ours[0].password_hash))


def test_supervisors_lead_three_reps_each(company: Documents) -> None:
    names = {user["id"]: user["title"] for user in company["user"].values()}
    for team in company["team"].values():
        if team["name"] in ("销售一组", "销售二组"):
            (lead,) = team["lead_ids"]
            members = [user for user in company["user"].values() if user["team_id"] == team["id"]]
            assert names[UUID(lead)] == "销售主管"
            assert Counter(user["title"] for user in members) == {"销售代表": 3, "销售主管": 1}


def test_customers_are_84_chinese_and_36_english(company: Documents) -> None:
    accounts = company["account"].values()
    chinese = [each for each in accounts if re.search("[一-鿿]", each["name"])]
    assert (len(chinese), len(accounts)) == (84, 120)
    assert len({each["name"] for each in accounts}) == 120
    assert all("-0555-" in each["phone"] for each in accounts)
    assert all(each["tags"] and each["notes"] for each in accounts)
    per_account = Counter(contact["account_id"] for contact in company["contact"].values())
    assert len(per_account) == 120
    assert set(per_account.values()) <= {1, 2, 3}
    emails = [contact["email"] for contact in company["contact"].values()]
    assert all(email is None or email.endswith("@example.com") for email in emails)


def test_customers_lie_round_four_places(company: Documents) -> None:
    middles = ((31.30, 120.60), (31.49, 120.31), (31.38, 121.25), (29.90, 121.84))
    near = Counter(
        min(range(4), key=lambda place: abs(at["lat"] - middles[place][0]) + abs(at["lon"] - middles[place][1]))
        for at in (each["position"] for each in company["account"].values())
    )
    assert all(near[place] >= 15 for place in range(4))
    for account in company["account"].values():
        assert any(
            abs(account["position"]["lat"] - lat) < 0.08 and abs(account["position"]["lon"] - lon) < 0.09
            for lat, lon in middles
        )


def test_the_server_judged_the_visits_as_promised(company: Documents) -> None:
    visits = company["visit"].values()
    assert Counter(tuple(codes(visit)) for visit in visits) == {
        (): 386,
        ("low_accuracy",): 18,
        ("far_from_site",): 9,
        ("impossible_speed",): 4,
        ("stale_fix",): 3,
    }
    assert all(visit["distance_m"] <= 300 for visit in visits if not codes(visit))


def test_visits_fill_the_last_twenty_working_days_within_hours(company: Documents) -> None:
    visits = company["visit"].values()
    last = last_day(company).date()
    days = Counter(local(visit["checked_in_at"]).date() for visit in visits)
    assert sorted(days) == working_days_before(last + timedelta(days=1), 20)
    assert min(days.values()) >= 12
    for visit in visits:
        for moment in (visit["checked_in_at"], visit["checked_out_at"]):
            assert moment is None or 9 <= local(moment).hour < 18
        assert visit["checked_out_at"] is None or visit["checked_out_at"] - visit["checked_in_at"] > 10 * A_MINUTE


def test_25_visits_were_recorded_offline_and_two_never_ended(company: Documents) -> None:
    visits = company["visit"].values()
    delays = [visit["received_at"] - visit["checked_in_at"] for visit in visits]
    assert sum(delay > 60 * A_MINUTE for delay in delays) == 25
    assert sum(timedelta(0) <= delay < A_MINUTE for delay in delays) == 395
    still_open = [visit for visit in visits if visit["state"] == "open"]
    assert len(still_open) == 2
    for visit in still_open:
        later = [each for each in visits if each["checked_in_at"] > visit["checked_in_at"]]
        assert visit["checked_in_at"] < last_day(company) or later


def test_one_conflict_of_each_kind(company: Documents) -> None:
    conflicts = company["conflict"].values()
    assert Counter((each["about"]["kind"], each["field"], each["state"]) for each in conflicts) == {
        ("account", "phone", "open"): 1,
        ("account", "address+position", "open"): 1,
        ("account", "notes", "open"): 1,
        ("account", "name", "resolved"): 1,
        ("contact", "email", "open"): 1,
        ("site", "address+position", "open"): 1,
    }
    assert all(each["theirs_by"] and each["theirs_by"] != each["author_id"] for each in conflicts)
    (refusal,) = company["refusal"].values()
    assert (refusal["name"], refusal["code"], refusal["state"]) == ("accounts.edit", "not_owner", "open")


def test_what_can_be_merged_was_merged(company: Documents) -> None:
    phone = next(each for each in company["conflict"].values() if each["field"] == "phone")
    tags = company["account"][phone["about"]["id"]]["tags"]
    assert {"夏季高峰", "节能改造"} <= set(tags)
    address = next(each for each in company["conflict"].values() if each["field"] == "address+position")
    about = address["about"] if address["about"]["kind"] == "account" else None
    if about is not None:
        lines = company["account"][about["id"]]["notes"].split("\n")
        assert lines[0].endswith("2F!")
        assert lines[2].endswith("OK")


def test_photos_were_uploaded_and_fit_their_visits(company: Documents, data: Path) -> None:
    photographed = [visit for visit in company["visit"].values() if visit["photo_ids"]]
    assert len(photographed) >= 40
    files = company["file"]
    assert {file["state"] for file in files.values()} == {"stored"}
    assert len({file["sha256"] for file in files.values()}) == len(files)
    assert len([path for path in (data / "files").rglob("*") if path.is_file()]) == 3 * len(files)
    for visit in photographed:
        for photo_id in visit["photo_ids"]:
            taken_at = files[photo_id]["taken_at"]
            assert abs(taken_at - visit["checked_in_at"]) < 5 * A_MINUTE
            assert files[photo_id]["uploaded_at"] >= visit["received_at"]


def test_every_rep_has_stops_ahead(company: Documents) -> None:
    made_on = last_day(company).date()
    ahead = [
        plan
        for plan in company["visit_plan"].values()
        if plan["state"] == "planned" and local(plan["starts_at"]).date() > made_on
    ]
    first = min(local(plan["starts_at"]).date() for plan in ahead)
    reps = {user["id"] for user in company["user"].values() if user["title"] == "销售代表"}
    today = Counter(plan["user_id"] for plan in ahead if local(plan["starts_at"]).date() == first)
    assert {today[rep] for rep in reps} == {5}
    assert len({local(plan["starts_at"]).date() for plan in ahead}) == 6


def test_the_history_is_one_that_could_have_been(data: Path) -> None:
    async def read() -> list[CommandLog]:
        database = database_of(data)
        await assert_feed_rebuilds_tables(database)
        async with database.reading_session() as session:
            rows = list((await session.scalars(select(CommandLog).order_by(CommandLog.committed_seq))).all())
        await database.close()
        return rows

    rows = asyncio.run(read())
    for organization_id in {row.organization_id for row in rows}:
        times = [row.received_at for row in rows if row.organization_id == organization_id]
        assert times == sorted(times)
    assert all(row.corrected_at <= row.received_at for row in rows)
    assert all(row.device_id is not None for row in rows if row.source == "push")
    assert {row.source for row in rows if row.name.startswith("visits.") and row.name != "visits.judge"} == {"push"}


def test_the_other_company_is_apart(company: Documents, data: Path) -> None:
    from support.company import documents_of

    other = documents_of(data, "Northridge")
    assert (len(other["user"]), len(other["account"]), len(other["visit"])) == (1, 3, 0)
    assert not {key for kind in other.values() for key in kind} & {key for kind in company.values() for key in kind}
