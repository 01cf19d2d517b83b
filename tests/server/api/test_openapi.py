"""The API's description: sound OpenAPI 3.1, complete, with a page that needs no network."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from cairn.kernel.commands import registry
from cairn.kernel.synced import Synced
from cairn.modules.identity.roles import INTERNAL
from support.house import House

Json = dict[str, Any]
pytestmark = pytest.mark.parametrize("furnished_url", ["sqlite"], indirect=True)
"""A description asks no database."""


async def described(house: House) -> Json:
    async with house.http() as http:
        for path in ("/schema/openapi.json", "/schema"):
            answer = await http.get(path)
            assert answer.status_code == 200
        schema: Json = answer.json()
        return schema


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def operations(schema: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


async def test_the_description_is_sound(house: House) -> None:
    schema = await described(house)
    assert schema["openapi"].startswith("3.1")
    assert {"title", "version"} <= schema["info"].keys()
    for reference in set(references(schema)):
        found: Any = schema
        for part in reference.removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        assert isinstance(found, dict), reference
    ids = [operation["operationId"] for _, _, operation in operations(schema)]
    assert len(ids) == len(set(ids)) > 30
    for path, method, operation in operations(schema):
        declared = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path)), (path, method)
        assert operation["responses"], (path, method)
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d|default", status)
            assert response["description"]


async def test_every_collection_and_command_is_in_it(house: House) -> None:
    schema = await described(house)
    paths = schema["paths"]
    for model in Synced.kinds.values():
        if model.collection is not None:
            assert "get" in paths[f"/api/v1/{model.collection}"]
            assert "get" in paths[f"/api/v1/{model.collection}/{{record_id}}"]
    written = {operation["operationId"] for _, _, operation in operations(schema)}
    for name, spec in registry.by_name.items():
        operation = "".join(part.capitalize() for part in re.split(r"[._]", name))
        assert (operation in written) == (spec.permission != INTERNAL), name


async def test_the_sync_is_in_it(house: House) -> None:
    schema = await described(house)
    named = {path: item["post"]["operationId"] for path, item in schema["paths"].items() if "post" in item}
    wanted = {"hello": "syncHello", "push": "syncPush", "pull": "syncPull", "wiped": "syncWiped"}
    assert {name: named[f"/sync/{name}"] for name in wanted} == wanted


async def test_the_page_is_readable_and_calls_nobody(house: House) -> None:
    async with house.http() as http:
        answer = await http.get("/schema", headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "/api/v1/accounts" in answer.text
    assert not re.findall(r"(?:src|href)=['\"]?https?:", answer.text)
    assert "<script" not in answer.text


DECISIONS = {
    "accounts.create",
    "accounts.edit",
    "accounts.transfer",
    "contacts.create",
    "contacts.edit",
    "sites.create",
    "sites.edit",
    "visits.plan",
    "visits.cancel_plan",
    "tickets.create",
    "tickets.edit",
    "tickets.assign",
    "tickets.call_back",
    "tickets.close",
    "tickets.reopen",
    "tickets.cancel",
    "tickets.share",
    "tickets.unshare",
    "tickets.send_report",
    "checklists.create_form",
    "checklists.edit_form",
    "conflicts.resolve",
    "refusals.close",
}


async def test_the_catalogue_names_every_mutation(house: House) -> None:
    async with house.http() as http:
        entries = {each["name"]: each for each in (await http.get("/sync/catalogue")).json()["mutations"]}
    facts = {"visits.check_in", "visits.check_out", "notes.add"}
    facts |= {f"tickets.{name}" for name in ("accept", "on_my_way", "sign_in", "pause", "resume", "sign_out")}
    facts |= {"tickets.add_photo", "tickets.hand_over", "feedback.rate", "checklists.submit", "returns.receive"}
    assert facts | DECISIONS <= entries.keys()
    assert {name for name, each in entries.items() if each["class"] == "fact"} == facts
    assert all(each["versions"] == [1] for each in entries.values())
    definition = entries["accounts.create"]["schema"]["$defs"]["CreateAccount"]
    assert definition["required"] == ["id", "name"]
    assert definition["additionalProperties"] is False
    assert not [name for name in entries if name.startswith(("files.", "organization.", "visits.judge"))]
