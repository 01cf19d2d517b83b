"""`cairn create-organization`: a real organization, whose administrator signs in and adds people."""

import asyncio
import re
from pathlib import Path

import pytest
from httpx import AsyncClient

from cairn.kernel.ids import new_id
from support.server import Server, ServerFailed, cairn

ADMIN = "Admin@Quarry.example.com"


async def test_the_first_administrator_signs_in_and_adds_people(database_url: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    environment = {} if database_url.startswith("sqlite") else {"CAIRN_DATABASE_URL": database_url}

    def create(*arguments: str) -> str:
        given = ("create-organization", "采石 Quarry", "--admin", ADMIN, "--data", str(data), *arguments)
        return cairn(*given, environment=environment)

    with pytest.raises(ServerFailed, match="no time zone"):
        create("--time-zone", "Mars/Olympus")
    printed = create("--admin-name", "Ada", "--time-zone", "Europe/Berlin", "--locale", "en")
    found = re.search(r"shown this once: (\S+)", printed)
    assert found is not None, printed
    with pytest.raises(ServerFailed, match="signs in with"):
        create()
    server = Server(data, environment=environment)
    await asyncio.to_thread(server.start)
    try:
        async with AsyncClient(base_url=server.url, timeout=60) as http:
            answer = await http.post("/api/session", json={"email": ADMIN.lower(), "password": found.group(1)})
            assert (answer.status_code, answer.json()["user"]["roles"]) == (201, ["administrator"])
            organization = (await http.get("/api/session")).json()["organization"]
            assert (organization["name"], organization["time_zone"], organization["locale"]) == (
                "采石 Quarry",
                "Europe/Berlin",
                "en",
            )
            person = {"id": str(new_id()), "name": "Rep", "email": "rep@quarry.example.com", "roles": ["salesperson"]}
            assert (await http.post("/api/v1/users", json=person)).status_code == 201
            assert [each["name"] for each in (await http.get("/api/v1/users?sort=name")).json()["items"]] == [
                "Ada",
                "Rep",
            ]
    finally:
        await asyncio.to_thread(server.stop)
