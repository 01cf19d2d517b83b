"""How costs grow: an organization, a person's buckets and a company's devices, from small to as large as they get.

The cost of a pull is what the server's process takes for it over HTTP. Between pulls the same process refuses as many
requests for an unknown path, which costs the same at every size: costs are told as multiples of that, times the least
that it ever took, so that what else the machine does at a time bends no curve.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any, Protocol
from uuid import UUID

from bench.chart import Curve, draw
from bench.company import Company, Person, Scale, furnish
from bench.load import Connection, encode
from bench.mutations import Phones
from bench.processes import PROC, Stopwatch, precise_group_cpu
from bench.report import Report, Row
from bench.serve import pull_all
from bench.stores import SqliteStore
from support.server import Server, serving

CHANGES = 10
REQUESTS = 300
ROUNDS = 5
BUCKET_ROWS = 1_000
SMALL = Scale(sellers=4, accounts_each=10, devices_each=2, wide_buckets=20, wide_documents=10, cold_documents=1)
_FILLER = """
WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < :rows)
"""
_BUCKETS = f"""{_FILLER} INSERT INTO bucket (organization_id, number, name, head_seq, documents, seq_sum)
SELECT :organization, :bucket + i, 'account:filler-' || (:bucket + i), :seq, 0, 0 FROM numbers
"""
_ROWS = f"""{_FILLER} INSERT INTO feed (organization_id, bucket_number, seq, kind, id, removed, envelope)
SELECT :organization, :bucket + i / {BUCKET_ROWS}, :seq + i, 'contact', lower(hex(randomblob(16))), 0, CAST(
'["account:filler","contact","x",' || (:seq + i) || ',{{"name":"Contact","phone":"0512-5550100",' ||
'"email":"contact@example.com","position_title":"Manager","notes":"' || hex(zeroblob(120)) || '"}}]' AS BLOB)
FROM numbers
"""


class Measure(Protocol):
    """One curve: its name, and in its docstring what is counted."""

    __name__: str

    async def __call__(self, folder: Path, sizes: tuple[int, ...]) -> Any: ...


@dataclass
class Costs:
    """What was measured at each size."""

    sizes: list[int] = field(default_factory=list)
    nothing: list[float] = field(default_factory=list)
    changes: list[float] = field(default_factory=list)
    """Both as multiples of a refusal."""
    refusals_us: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)


async def measure_growth(report: Report, pictures: Path, which: str, *, quick: bool) -> None:
    """The curve whose name begins so, or all of them (1); each becomes some rows of the report and a picture."""
    report.begin("growth, SQLite")
    plan: tuple[tuple[Measure, tuple[int, ...]], ...] = (
        (rows_of_an_organization, (10_000, 100_000) if quick else (10_000, 100_000, 1_000_000)),
        (buckets_of_a_person, (10, 500) if quick else (10, 100, 1_000, 5_000)),
        (devices_of_a_company, (10, 200) if quick else (10, 100, 500, 2_000)),
    )
    for measure, sizes in plan:
        if which != "1" and not measure.__name__.startswith(which):
            continue
        with tempfile.TemporaryDirectory(prefix="cairn-growth-") as name:
            costs = await measure(Path(name), sizes)
        _show(report, pictures, measure, costs)


async def rows_of_an_organization(folder: Path, sizes: tuple[int, ...]) -> Costs:
    """rows in an organization, of which the person holds 200"""
    store, costs = SqliteStore(folder), Costs()
    company = await furnish(store.url("company"), folder, SMALL)
    rows = 0
    for size in sizes:
        _fill(store.path("company"), company.organization_id, size - rows)
        rows = size
        await _point(costs, size, company, store.copy("company", "served"), [(company.wide, company.wide.devices[0])])
    return costs


async def buckets_of_a_person(folder: Path, sizes: tuple[int, ...]) -> Costs:
    """buckets that the person holds"""
    store, costs = SqliteStore(folder), Costs()
    for size in sizes:
        name = f"company-{size}"
        company = await furnish(store.url(name), folder, replace(SMALL, wide_buckets=size, wide_documents=2))
        await _point(costs, size, company, store.copy(name, "served"), [(company.wide, company.wide.devices[0])])
    return costs


async def devices_of_a_company(folder: Path, sizes: tuple[int, ...]) -> Costs:
    """devices that ask in turn"""
    store, costs = SqliteStore(folder), Costs()
    company = await furnish(store.url("company"), folder, replace(SMALL, sellers=22, devices_each=100))
    people = company.sellers
    for size in sizes:
        asking = [(people[number % len(people)], number // len(people)) for number in range(size)]
        devices = [(person, person.devices[place]) for person, place in asking]
        await _point(costs, size, company, store.copy("company", "served"), devices)
    return costs


def _fill(path: Path, organization_id: UUID, rows: int) -> None:
    """Documents of other people's customers."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    organization = organization_id.hex
    head = "SELECT seq, buckets FROM organization_head WHERE organization_id = ?"
    seq, buckets = connection.execute(head, (organization,)).fetchone()
    values = {"organization": organization, "bucket": buckets + 1, "seq": seq + 1}
    count = -(-rows // BUCKET_ROWS)
    connection.execute(_BUCKETS, values | {"rows": count})
    connection.execute(_ROWS, values | {"rows": rows})
    moved = "UPDATE organization_head SET seq = seq + ?, buckets = buckets + ? WHERE organization_id = ?"
    connection.execute(moved, (rows, count, organization))
    connection.commit()
    connection.close()


async def _point(costs: Costs, size: int, company: Company, url: str, devices: list[tuple[Person, UUID]]) -> None:
    with serving(company.folder / "served-data", environment={"CAIRN_DATABASE_URL": url}) as server:
        person = devices[0][0]
        async with Connection(server.port, person.token) as connection:
            cursor, _ = await pull_all(connection, devices[0][1])
            nothing = [_request(device, cursor) for _, device in devices]
            tokens = [asked.token for asked, _ in devices]
            costs.nothing.append(await _cost(costs, server, connection, tokens, nothing))
            connection.token = person.token
            body = encode(Phones(company.epoch).push(person, person.devices[1], ["accounts.edit"] * CHANGES))
            assert (await connection.post("/sync/push", body))[1].count(b'"applied"') == CHANGES
            costs.changes.append(await _cost(costs, server, connection, tokens, nothing))
        costs.sizes.append(size)
        costs.memory_mb.append(_memory_mb(server))
    found = (costs.nothing[-1], costs.changes[-1], costs.memory_mb[-1])
    print(f"    {size:,}: {found[0]:.2f} and {found[1]:.2f} of a refusal, {found[2]:.0f} MB", flush=True)


def _request(device: UUID, cursor: str) -> bytes:
    return encode({"device": str(device), "cursor": cursor})


async def _cost(
    costs: Costs, server: Server, connection: Connection, tokens: list[str], requests: list[bytes]
) -> float:
    """CPU of a pull as a multiple of a refusal's, the median of some rounds."""
    assert server.process is not None
    clock = precise_group_cpu(server.process.pid)
    turns = list(range(len(requests))) * -(-REQUESTS // len(requests))
    ratios = []
    for _ in range(ROUNDS + 1):
        watch = Stopwatch([clock])
        for turn in turns:
            connection.token = tokens[turn]
            status, answer = await connection.post("/sync/pull", requests[turn])
            assert status == 200, answer[:300]
        pulls_s = watch.elapsed_s()
        watch = Stopwatch([clock])
        for _ in turns:
            await connection.post("/sync/nothing", b"{}")
        refusals_s = watch.elapsed_s()
        costs.refusals_us.append(refusals_s / len(turns) * 1e6)
        ratios.append(pulls_s / refusals_s)
    return median(ratios[1:])  # the first round fills caches and pools


def _memory_mb(server: Server) -> float:
    """Resident memory of the server's processes."""
    assert server.process is not None
    total_kb = 0
    for status in _statuses():
        if int(status.get("NSpgid", "0").split()[0]) == server.process.pid:
            total_kb += int(status["VmRSS"].split()[0])
    return total_kb / 1024


def _statuses() -> Iterator[dict[str, str]]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                lines = (entry / "status").read_text().splitlines()
            except (FileNotFoundError, ProcessLookupError):
                continue
            fields = dict(line.split(":", 1) for line in lines)
            if "VmRSS" in fields:
                yield {name: value.strip() for name, value in fields.items()}


def _show(report: Report, pictures: Path, measure: Measure, costs: Costs) -> None:
    name, unit = measure.__name__.replace("_", "-"), measure.__doc__ or ""
    refusal_us = min(costs.refusals_us)
    nothing, changes = ([each * refusal_us for each in values] for values in (costs.nothing, costs.changes))
    lines = (("nothing new", "µs", nothing), (f"{CHANGES} changes", "µs", changes), ("memory", "MB", costs.memory_mb))
    for what, measured_in, values in lines:
        found = ", ".join(f"{size:,}: {value:,.0f}" for size, value in zip(costs.sizes, values, strict=True))
        growth = values[-1] / values[0]
        report.add(Row(f"{name}, {what}: last ÷ first", growth, "×", "≤", 1.5, 1.2, f"{measured_in} at {found}"))
    curves = [Curve("nothing new", nothing), Curve(f"{CHANGES} changes", changes)]
    picture = draw("CPU of a pull over HTTP, microseconds", costs.sizes, unit, curves)
    (pictures / f"{name}.svg").write_text(picture, encoding="utf-8")
