"""REST: the same rule and the same door as a phone's, generated from the same declarations."""

from typing import Any

from cairn.kernel.ids import new_id
from cairn.kernel.synced import Synced
from support.house import House, position

Json = dict[str, Any]


async def test_a_customers_life_by_rest(house: House) -> None:
    async with house.http("rep1") as http, house.wire("manager") as manager:
        made = await http.post("/api/v1/accounts", json={"name": "Lake Cooling", "phone": "1", "position": position()})
        assert made.status_code == 201
        outcome = made.json()
        assert (outcome["status"], outcome["flags"], outcome["conflicts"]) == ("applied", [], [])
        path = f"/api/v1/accounts/{outcome['id']}"
        edited = await http.patch(path, json={"set": {"phone": "2"}})
        assert (edited.status_code, edited.json()["status"]) == (200, "applied"), "without a base, what stands was seen"
        stale = await http.patch(path, json={"set": {"phone": "3"}, "base": {"phone": "1"}})
        assert (stale.status_code, stale.json()["status"]) == (200, "merged")
        assert stale.json()["conflicts"][0]["field"] == "phone"
        assert (await http.get(path)).json()["phone"] == "2"
        contact = await http.post("/api/v1/contacts", json={"account_id": outcome["id"], "name": "王芳"})
        assert contact.status_code == 201
        visit_id = str(new_id())
        check_in = {"id": visit_id, "account_id": outcome["id"], "position": position()}
        assert (await http.post("/api/v1/visits", json=check_in)).json()["id"] == visit_id
        out = await http.post(f"/api/v1/visits/{visit_id}/check-out", json={"report": "done"})
        assert (out.status_code, out.json()["status"]) == (200, "applied")
        await manager.pull()
        assert manager.documents("visit")[visit_id] == (await http.get(f"/api/v1/visits/{visit_id}")).json()
        transfer = await http.post(f"{path}/transfer", json={"to_user_id": str(house.users["rep2"])})
        assert transfer.status_code == 200
        assert (await http.get(path)).status_code == 404, "she has given it away"
        assert (await http.get(f"/api/v1/visits/{visit_id}")).status_code == 200, "her visit stays hers"
    await house.check()


async def test_refusals_have_their_codes(house: House) -> None:
    async with house.http("rep1") as http, house.http("rep2") as other, house.http("finance") as finance:
        account_id = (await http.post("/api/v1/accounts", json={"name": "A"})).json()["id"]
        path = f"/api/v1/accounts/{account_id}"
        cases: list[tuple[Any, str, str, Any, int, str]] = [
            (finance, "POST", "/api/v1/accounts", {"name": "A"}, 403, "not_permitted"),
            (other, "PATCH", path, {"set": {"name": "B"}, "base": {"name": "A"}}, 403, "not_owner"),
            (other, "PATCH", path, {"set": {"name": "B"}}, 404, "not_found"),
            (http, "POST", "/api/v1/accounts", {"id": account_id, "name": "B"}, 409, "already_exists"),
            (http, "PATCH", f"/api/v1/accounts/{new_id()}", {"set": {}, "base": {}}, 404, "not_found"),
            (http, "POST", "/api/v1/accounts", {"name": "a\u0000b"}, 422, "malformed"),
            (http, "POST", "/api/v1/accounts", {}, 400, "malformed"),
            (http, "POST", "/api/v1/accounts", {"name": 5}, 400, "malformed"),
            (http, "POST", "/api/v1/accounts", {"name": "A", "owner_id": str(new_id())}, 400, "malformed"),
            (http, "POST", "/api/v1/accounts", {"name": "x" * 1_000_000}, 413, "too_large"),
            (http, "PATCH", "/api/v1/accounts/no-id", {"set": {}}, 404, "not_found"),
            (http, "DELETE", path, None, 405, "method_not_allowed"),
            (http, "POST", "/api/v1/nothing", {}, 404, "not_found"),
            (http, "POST", "/api/v1/organizations", {"name": "mine"}, 404, "not_found"),
        ]
        for client, method, target, body, status, code in cases:
            answer = await client.request(method, target, json=body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), (method, target, body)
            assert set(answer.json()) == {"code", "message", "params"}
        for content in (b"{", b"\xff", b'{"name": "\\ud800"}', b'{"name": NaN}', b"[" * 9_000):
            answer = await http.post("/api/v1/accounts", content=content)
            assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), content[:20]
        assert len((await http.get("/api/v1/accounts")).json()["items"]) == 1


async def test_a_creation_said_twice_is_one_record(house: House) -> None:
    async with house.http("rep1") as http:
        body = {"id": str(new_id()), "name": "A"}
        for _ in range(2):
            assert (await http.post("/api/v1/accounts", json=body)).status_code == 201
        assert len((await http.get("/api/v1/accounts")).json()["items"]) == 1


async def test_everybody_sees_by_rest_what_their_phone_holds(house: House) -> None:
    async with house.wire("rep1") as rep, house.wire("manager") as manager, house.wire("stranger") as stranger:
        for wire in (rep, manager, stranger):
            account_id, visit_id, plan_id = (str(new_id()) for _ in range(3))
            receipts = await wire.send(
                ("accounts.create", {"id": account_id, "name": "A", "phone": "1"}),
                ("contacts.create", {"id": str(new_id()), "account_id": account_id, "name": "C"}),
                ("sites.create", {"id": str(new_id()), "account_id": account_id, "name": "S"}),
                ("visits.plan", {"id": plan_id, "account_id": account_id, "starts_at": "2026-11-24T01:00:00Z"}),
                ("visits.check_in", {"id": visit_id, "account_id": account_id, "position": position(),
                                     "photo_ids": [str(new_id())]}),
                ("notes.add", {"id": str(new_id()), "about": {"kind": "visit", "id": visit_id}, "text": "N"}),
                ("accounts.edit", {"id": account_id, "set": {"phone": "2"}, "base": {"phone": "0"}}),
                ("accounts.edit", {"id": account_id, "set": {"phone": "2"}, "base": {}}),
            )  # fmt: skip
            assert [each["status"] for each in receipts] == ["applied"] * 6 + ["merged", "rejected"]
        for name in ("rep1", "rep2", "manager", "other", "finance", "agent", "admin", "stranger"):
            async with house.wire(name) as wire:
                await wire.pull()
                for model in Synced.kinds.values():
                    if model.collection is None:
                        continue
                    answer = await wire.http.get(f"/api/v1/{model.collection}", params={"limit": 200})
                    assert answer.status_code == 200, answer.text
                    items = {each["id"]: each for each in answer.json()["items"]}
                    assert items == wire.documents(model.kind), (name, model.kind)


async def test_nothing_of_another_organization_is_there(house: House) -> None:
    async with house.wire("rep1") as rep, house.http("stranger") as stranger, house.http() as nobody:
        account_id = str(new_id())
        await rep.give("accounts.create", {"id": account_id, "name": "A"})
        paths = [f"accounts/{account_id}", f"users/{house.users['rep1']}", f"teams/{house.teams['sales']}"]
        for path in paths:
            answer = await stranger.get(f"/api/v1/{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
            assert (await nobody.get(f"/api/v1/{path}")).json()["code"] == "session_ended"
        assert [each["name"] for each in (await stranger.get("/api/v1/users")).json()["items"]] == ["Stranger"]
        for body in ({"set": {"name": "stolen"}}, {"set": {"name": "stolen"}, "base": {"name": "A"}}):
            assert (await stranger.patch(f"/api/v1/accounts/{account_id}", json=body)).status_code == 404
            assert (await stranger.patch(f"/api/v1/users/{house.users['rep1']}", json=body)).status_code == 404
        same_id = await stranger.post("/api/v1/accounts", json={"id": account_id, "name": "mine"})
        assert same_id.status_code == 201, "ids of two organizations do not meet"
        await rep.pull()
        assert rep.documents("account")[account_id]["name"] == "A"


async def test_an_administrator_hires_and_a_taken_address_is_refused(house: House) -> None:
    async with house.http("admin") as admin, house.http("stranger") as stranger:
        body = {"name": "New", "email": "New@Example.com", "roles": ["salesperson"]}
        assert (await admin.post("/api/v1/users", json=body)).status_code == 201
        for http in (admin, stranger):
            answer = await http.post("/api/v1/users", json=body)
            assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
        answer = await admin.post("/api/v1/users", json=body | {"email": "x@example.com", "roles": ["god"]})
        assert answer.status_code == 400
