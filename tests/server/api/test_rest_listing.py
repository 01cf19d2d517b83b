"""Collections by REST: filters, order and pages, and what happens to a query that makes no sense."""

from typing import Any

from httpx import AsyncClient

from cairn.kernel.ids import new_id
from support.house import House, position

NAMES = ["Alpha", "beta", "Gamma", "%_\\", "null", "澄湖", "Alpha", "50% off", "a_b"]
"""Each with a phone of its own but for every third, which has none."""


async def fill(house: House, http: AsyncClient) -> list[str]:
    ids = []
    for index, name in enumerate(NAMES):
        body: dict[str, Any] = {"id": str(new_id()), "name": name}
        if index % 3:
            body["phone"] = str(index)
        assert (await http.post("/api/v1/accounts", json=body)).status_code == 201
        ids.append(body["id"])
        house.clock.advance(60)
    return ids


async def names(http: AsyncClient, **params: Any) -> list[str]:
    answer = await http.get("/api/v1/accounts", params=params)
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json()["items"]]


async def pages(http: AsyncClient, limit: int, **params: Any) -> list[str]:
    """Ids in order through all pages."""
    found: list[str] = []
    for _ in range(50):
        answer = await http.get("/api/v1/accounts", params={"limit": limit, **params})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= limit
        found += [each["id"] for each in page["items"]]
        if page["next"] is None:
            return found
        params["cursor"] = page["next"]
    raise AssertionError("the pages have no end")


async def test_filters_find_what_they_say(house: House) -> None:
    async with house.http("rep1") as http:
        ids = await fill(house, http)
        assert await names(http, name="Alpha") == ["Alpha", "Alpha"]
        assert await names(http, name="null") == ["null"]
        assert sorted(await names(http, phone="null")) == sorted(NAMES[::3])
        assert await names(http, **{"name.contains": "ALPH"}) == ["Alpha", "Alpha"]
        assert await names(http, **{"name.contains": "%"}) == ["%_\\", "50% off"]
        assert await names(http, **{"name.contains": "_"}) == ["%_\\", "a_b"]
        assert await names(http, **{"name.contains": "\\"}) == ["%_\\"]
        assert await names(http, **{"name.contains": "湖"}) == ["澄湖"]
        third = (await http.get(f"/api/v1/accounts/{ids[3]}")).json()["created_at"]
        assert await names(http, **{"created_at.gte": third, "sort": "created_at"}) == NAMES[3:]
        assert await names(http, **{"created_at.lt": third, "sort": "created_at"}) == NAMES[:3]
        owner = {"owner_id": str(house.users["rep1"])}
        assert len(await names(http, **owner)) == len(NAMES)
        assert await names(http, owner_id=str(house.users["rep2"])) == []
        assert await names(http, **owner, **{"name.contains": "a", "phone.gte": "2"}) == ["Gamma", "a_b"]
        assert await names(http, **{"created_at.gte": "0001-01-01T00:00:00+14:00"}) != []
        assert await names(http, **{"created_at.gte": "9999-12-31T23:59:59-12:00"}) == []


async def test_pages_of_every_size_pass_each_row_once(house: House) -> None:
    async with house.http("rep1") as http:
        ids = await fill(house, http)
        for sort in ("id", "-id", "name", "-name", "created_at", "-created_at", "phone", "-phone", "last_visit_at"):
            whole = await pages(http, 200, sort=sort)
            assert sorted(whole) == sorted(ids), f"sort={sort} loses nobody, whether they have a value or not"
            for limit in (1, 2, 4, len(ids), len(ids) + 1):
                assert await pages(http, limit, sort=sort) == whole, (sort, limit)
        assert await pages(http, 3, sort="created_at") == ids
        assert await pages(http, 3, sort="-created_at") == ids[::-1]
        without_phone = set(ids[::3])
        for sort in ("phone", "-phone"):
            assert set((await pages(http, 3, sort=sort))[-len(without_phone) :]) == without_phone


BAD = {
    "nonsense": "1",
    "name.like": "x",
    "name.contains": "\u0000",
    "name": "\u0000",
    "owner_id": "not an id",
    "owner_id.contains": "a",
    "created_at": "yesterday",
    "created_at.gte": "2026-01-01T00:00:00",
    "created_at.lt": "null",
    "created_at.contains": "2026",
    "position": "{}",
    "tags": "a",
    "edits": "{}",
    "deleted_at": "null",
    "organization_id": "null",
    "sort": "nonsense",
    "sort ": "name",
    "limit": "0",
    "cursor": "x",
}


async def test_what_a_query_cannot_mean_is_refused(house: House) -> None:
    async with house.http("rep1") as http:
        await fill(house, http)
        queries = [*BAD.items(), ("limit", "201"), ("limit", "-1"), ("limit", "\u00b2"), ("limit", "9" * 5_000)]
        queries += [("sort", "tags"), ("sort", ""), ("sort", "-"), ("sort", "search"), ("cursor", "W10=")]
        queries += [("cursor", "\u00e9"), ("owner_id.gte", "null")]
        for name, value in queries:
            answer = await http.get("/api/v1/accounts", params={name: value})
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), (name, value)
            assert answer.json()["params"]["path"] == name
        by_name = (await http.get("/api/v1/accounts", params={"sort": "name", "limit": 1})).json()["next"]
        answer = await http.get("/api/v1/accounts", params={"sort": "created_at", "cursor": by_name})
        assert answer.status_code == 422, "a cursor of another order"
        answer = await http.get("/api/v1/accounts", params=[("name", "a")] * 30)
        assert answer.status_code == 422


async def test_numbers_and_renamed_fields(house: House) -> None:
    async with house.wire("rep1") as wire:
        account = {"id": str(new_id()), "name": "A", "position": position()}
        visit = {"id": str(new_id()), "account_id": account["id"], "position": position(31.31)}
        edit = {"id": account["id"], "set": {"name": "B"}, "base": {"name": "seen long ago"}}
        await wire.send(("accounts.create", account), ("visits.check_in", visit), ("accounts.edit", edit))
        await wire.give("accounts.create", {"id": "bad"})
        far = await wire.http.get("/api/v1/visits", params={"distance_m.gte": "1000.5", "sort": "-distance_m"})
        assert [each["id"] for each in far.json()["items"]] == [visit["id"]]
        assert (await wire.http.get("/api/v1/visits", params={"distance_m.lt": "1000"})).json()["items"] == []
        for params in ({"distance_m": "nan"}, {"distance_m.gte": "inf"}, {"distance_m": "x"}):
            assert (await wire.http.get("/api/v1/visits", params=params)).status_code == 422, params
        for params in ({"seq": str(2**63)}, {"v": str(2**31)}, {"v": "9" * 5_000}, {"v": "1.5"}):
            assert (await wire.http.get("/api/v1/refusals", params=params)).status_code == 422, params
        for params in ({"seq": "4"}, {"v.lt": "2"}, {"code": "malformed"}):
            assert len((await wire.http.get("/api/v1/refusals", params=params)).json()["items"]) == 1, params
        (conflict,) = (await wire.http.get("/api/v1/conflicts", params={"title": "A", "sort": "title"})).json()["items"]
        assert conflict["title"] == "A"
        users = await wire.http.get("/api/v1/users", params={"active": "true", "sort": "active", "limit": 3})
        again = await wire.http.get(
            "/api/v1/users", params={"active": "true", "sort": "active", "limit": 3, "cursor": users.json()["next"]}
        )
        assert again.status_code == 200
        assert not {each["id"] for each in users.json()["items"]} & {each["id"] for each in again.json()["items"]}
