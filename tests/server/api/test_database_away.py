"""PostgreSQL goes away under a running server: 503 with Retry-After, and all is well once it is back."""

from pathlib import Path

from cairn.kernel.ids import new_id
from support.furnished import prepare
from support.house import enter_house
from support.postgres import Cluster


async def test_a_push_waits_for_the_database_and_is_taken_once_it_is_back(postgres: Cluster, tmp_path: Path) -> None:
    with postgres.database(postgres.template("house", prepare)) as url:
        name = url.rpartition("/")[2]
        async with enter_house(url, tmp_path) as house, house.wire("rep1") as wire:
            await wire.give("accounts.create", {"id": str(new_id()), "name": "before"})
            postgres.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            mutation = wire.mutation(wire.last_seq + 1, "accounts.create", {"id": str(new_id()), "name": "during"})
            for ask in (lambda: wire.push([mutation]), wire.page, lambda: wire.http.get("/api/v1/accounts")):
                for _ in range(3):
                    refused = await ask()
                    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable"), refused.text
                    assert int(refused.headers["Retry-After"]) > 0
            assert (await wire.http.get("/readyz")).status_code == 503
            assert (await wire.http.get("/healthz")).status_code == 200
            postgres.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            answer = await wire.push([mutation])
            assert [each["status"] for each in answer.json()["receipts"]] == ["applied"]
            await wire.pull()
            assert {each["name"] for each in wire.documents("account").values()} == {"before", "during"}
