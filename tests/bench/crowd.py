"""The demo company grown to 10,000 customers and 10,000 visits, for the measurements of the app."""

import asyncio
import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from httpx import AsyncClient

from bench.mutations import before, check_in
from cairn.kernel.ids import new_id
from cairnsync.client import Client
from cairnsync.clock import SystemClock
from support.company import make_once
from support.people import PASSWORD
from support.server import cairn, serving

CROWD = 10_000
VISITOR = "rep3@chenghu.example.com"
OWNER = "agent@chenghu.example.com"
"""Outside every salesperson's and supervisor's line: they hold cards of these customers, not their records."""


def gather(folder: Path) -> Path:
    """A data folder to serve; the customers come from a file and the visits from a phone, as they would."""
    data = make_once(folder)
    customers = folder / "customers.csv"
    with customers.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "address", "phone", "lat", "lon"])
        rows.writerows(_customer(number) for number in range(CROWD))
    cairn("import", "customers", str(customers), "--owner", OWNER, "--data", str(data))
    with serving(data) as server:
        asyncio.run(_visit(server.url))
    return data


def _customer(number: int) -> list[object]:
    lat, lon = round(30.2 + number % 97 / 500, 6), round(119.5 + number % 89 / 500, 6)
    return [f"客户{number:05d} 冷链设备有限公司", "苏州工业园区湖西路 88 号", "0512-5550100", lat, lon]


async def _visit(url: str) -> None:
    async with AsyncClient(base_url=url, timeout=60) as http:
        answer = await http.post("/api/session", json={"email": VISITOR, "password": PASSWORD})
        http.headers["Authorization"] = f"Bearer {answer.json()['token']}"

        async def post(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            answer = await http.post(path, json=body)
            return answer.status_code, answer.json()

        phone = Client(new_id(), post, SystemClock(), new_id)
        await phone.sync()
        own = [customer for customer in phone.documents("account")]
        for number in range(CROWD):
            visit = check_in(own[number % len(own)], number, before(datetime.now(UTC), 0))
            phone.record("visits.check_in", visit)
            phone.record("visits.check_out", {"id": visit["id"], "report": "Compressor checked, filter replaced."})
        await phone.sync()
