"""Measurements over HTTP against the real server process, signed in, with kept-alive connections."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from uuid import UUID

import msgspec

from bench.company import Company, Person, Scale
from bench.load import Connection, closed_loop, encode
from bench.mutations import Phones
from bench.processes import Clock, Stopwatch, group_cpu
from bench.reconnect import measure_reconnect
from bench.report import Report, Row
from bench.stores import SqliteStore, Store
from support.server import Server, serving

CLIENTS = 16
PAGE = 5_000
STORM_MUTATIONS = 20
CHANGES = 10


def clocks(server: Server, store: Store) -> list[Clock]:
    """The server's processes, and the database's own."""
    assert server.process is not None
    return [group_cpu(server.process.pid), *store.clocks[1:]]


async def measure_server(report: Report, store: Store, company: Company, scale: Scale) -> None:
    """Each on a server of its own, so that none inherits another's caches or backlog."""
    for measurement in (measure_pulls, measure_single_pushes, measure_storm, measure_reconnect):
        url = store.copy("company", "served")
        environment = {"CAIRN_DATABASE_URL": url}
        with serving(company.folder / "served-data", environment=environment) as server:
            await measurement(report, store, company, scale, server)


async def measure_single_pushes(report: Report, store: Store, company: Company, scale: Scale, server: Server) -> None:
    """Sixteen phones that push one mutation after the other, each answered when it is safely on the disk."""
    phones = Phones(company.epoch)
    async with AsyncExitStack() as stack:
        clients = []
        for person in (company.sellers * CLIENTS)[:CLIENTS]:
            connection = await stack.enter_async_context(Connection(server.port, person.token))
            clients.append(_pushing(connection, phones, person, person.devices[len(clients) % len(person.devices)]))
        await closed_loop(clients, 0.5)
        watch = Stopwatch(clocks(server, store))
        load = await closed_loop(clients, 2.0 if scale.repeats == 1 else 6.0)
        cpu_us = watch.elapsed_s() / load.requests * 1e6
    details = (
        f"p50 {load.percentile_ms(0.5):.0f} ms, p99 {load.percentile_ms(0.99):.0f} ms, {cpu_us:,.0f} µs of CPU each"
    )
    report.add(
        Row(
            f"{CLIENTS} clients pushing single mutations, durable, {store.name}",
            load.per_second,
            "/s",
            "≥",
            300,
            800,
            details,
        )
    )
    report.add(Row(f"  errors among {load.requests} of them", load.errors, "", "≤", 0, 0))


def _pushing(connection: Connection, phones: Phones, person: Person, device: UUID) -> Callable[[], Awaitable[bool]]:
    count = 0

    async def push() -> bool:
        nonlocal count
        count += 1
        name = ("visits.check_in", "accounts.edit")[count % 2]
        status, answer = await connection.post("/sync/push", encode(phones.push(person, device, [name], begin=count)))
        return status == 200 and b'"status":"applied"' in answer

    return push


async def measure_storm(report: Report, store: Store, company: Company, scale: Scale, server: Server) -> None:
    """Every phone comes back at once with a morning's work, and asks for what happened meanwhile."""
    phones = Phones(company.epoch)
    everybody = [(person, device) for person in company.sellers for device in person.devices]
    everybody = everybody[: 500 if scale.repeats > 1 else 100]
    names = ["visits.check_in", "accounts.edit"] * (STORM_MUTATIONS // 2)
    bodies = [phones.push(person, device, names, begin=index * 7) for index, (person, device) in enumerate(everybody)]
    cursors = {
        person.name: await _cursor(server, person) for person in {each.name: each for each, _ in everybody}.values()
    }

    async def come_back(person: Person, device: UUID, body: bytes) -> bool:
        async with Connection(server.port, person.token) as connection:
            status, answer = await connection.post("/sync/push", body)
            good = status == 200 and answer.count(b'"status":"') == STORM_MUTATIONS
            cursor = cursors[person.name]
            while True:
                status, answer = await connection.post("/sync/pull", encode({"device": str(device), "cursor": cursor}))
                if status != 200:
                    return False
                page = msgspec.json.decode(answer, type=Page)
                cursor = page.cursor
                if not page.more:
                    return good

    began = time.perf_counter()
    watch = Stopwatch(clocks(server, store))
    tasks = [come_back(person, device, encode(body)) for (person, device), body in zip(everybody, bodies, strict=True)]
    errors = (await asyncio.gather(*tasks)).count(False)
    seconds = time.perf_counter() - began
    details = (
        f"{len(everybody) * STORM_MUTATIONS / seconds:,.0f} mutations/s, {watch.elapsed_s():.1f} s of the server's CPU"
    )
    title = f"storm: {len(everybody)} phones × {STORM_MUTATIONS} mutations, then pull, {store.name}"
    share = len(everybody) / 500
    report.add(Row(title, seconds, "s", "≤", 10 * share, 5 * share, details))
    report.add(Row("  errors among them", errors, "", "≤", 0, 0))


async def _cursor(server: Server, person: Person) -> str:
    """Where a phone stood in the morning, when it had everything."""
    async with Connection(server.port, person.token) as connection:
        return (await pull_all(connection, person.devices[0]))[0]


class Page(msgspec.Struct):
    """What a puller needs to know of a page; the rows stay bytes."""

    cursor: str
    more: bool
    rows: msgspec.Raw


async def pull_all(connection: Connection, device: UUID) -> tuple[str, int]:
    """A first pull to its end: the cursor, and the bytes of all pages."""
    cursor, size = None, 0
    while True:
        body = encode({"device": str(device), "cursor": cursor, "limit": PAGE})
        status, answer = await connection.post("/sync/pull", body)
        assert status == 200, answer[:500]
        page = msgspec.json.decode(answer, type=Page)
        cursor, size = page.cursor, size + len(answer)
        if not page.more:
            return cursor, size


async def measure_pulls(report: Report, store: Store, company: Company, scale: Scale, server: Server) -> None:
    await _cold(report, store, company, scale, server)
    await _few_changes(report, store, company, scale, server)
    await _nothing_new(report, store, company, scale, server)


async def _cold(report: Report, store: Store, company: Company, scale: Scale, server: Server) -> None:
    person = company.cold
    documents = scale.cold_buckets * scale.cold_documents
    async with Connection(server.port, person.token) as connection:
        await pull_all(connection, person.devices[0])
        times = 5 * scale.repeats
        watch = Stopwatch(clocks(server, store))
        for _ in range(times):
            _, size = await pull_all(connection, person.devices[0])
        each_s = watch.elapsed_s() / times
    details = f"{each_s * 1000:,.0f} ms of CPU for {size / 1e6:.1f} MB: {documents / each_s:,.0f} documents/s a core"
    if isinstance(store, SqliteStore):
        floor_s = sum(_c_read(store, company) for _ in range(times)) / times
        details += f"; the C API reads them in {floor_s * 1000:,.0f} ms"
        title = f"cold pull of {documents:,} documents, {store.name}: CPU ÷ C API"
        report.add(Row(title, each_s / floor_s, "×", "≤", 6, 3, details))
    else:
        report.note(f"cold pull of {documents:,} documents, {store.name}: {details}")


def _c_read(store: SqliteStore, company: Company) -> float:
    """CPU seconds of `fetchall` over the envelopes of the same person's buckets."""
    connection = sqlite3.connect(store.path("served"))
    numbers = connection.execute(
        "SELECT bucket_number FROM bucket_grant WHERE principal = ?", (f"line:{company.cold.user_id}",)
    ).fetchall()
    marks = ",".join("?" * len(numbers))
    began = time.process_time()
    connection.execute(
        f"SELECT envelope FROM feed WHERE organization_id = ? AND bucket_number IN ({marks}) "
        "ORDER BY bucket_number, seq",
        [company.organization_id.hex, *(number for (number,) in numbers)],
    ).fetchall()
    elapsed_s = time.process_time() - began
    connection.close()
    return elapsed_s


async def _few_changes(report: Report, store: Store, company: Company, scale: Scale, server: Server) -> None:
    person = company.wide
    device = person.devices[0]
    phones = Phones(company.epoch)
    async with Connection(server.port, person.token) as connection:
        cursor, _ = await pull_all(connection, device)
        body = encode(phones.push(person, person.devices[1], ["accounts.edit"] * CHANGES))
        status, answer = await connection.post("/sync/push", body)
        assert status == 200 and answer.count(b'"applied"') == CHANGES, answer
        request = encode({"device": str(device), "cursor": cursor})
        status, answer = await connection.post("/sync/pull", request)
        assert answer.count(b'"account"') == CHANGES, answer[:2000]
        load_alone = await closed_loop([_pulling(connection, request)], 0.3 * scale.repeats)
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(Connection(server.port, person.token)) for _ in range(CLIENTS)]
        clients = [_pulling(connection, request) for connection in connections]
        await closed_loop(clients, 0.3)
        watch = Stopwatch(clocks(server, store))
        load = await closed_loop(clients, scale.repeats)
        cpu_ms = watch.elapsed_s() * 1000 / load.requests
    documents = scale.wide_buckets * scale.wide_documents
    title = f"pull of {CHANGES} changes, {documents:,} documents, {scale.wide_buckets} buckets, {store.name}: CPU"
    details = (
        f"{load.per_second:,.0f}/s with {CLIENTS} connections; p50 {load_alone.percentile_ms(0.5):.2f} ms one at a time"
    )
    report.add(Row(title, cpu_ms, "ms", "≤", 1, 0.4, details))


def _pulling(connection: Connection, request: bytes) -> Callable[[], Awaitable[bool]]:
    async def pull() -> bool:
        status, _ = await connection.post("/sync/pull", request)
        return status == 200

    return pull


async def _nothing_new(report: Report, store: Store, company: Company, scale: Scale, server: Server) -> None:
    async with AsyncExitStack() as stack:
        clients = []
        for person in (company.sellers * CLIENTS)[:CLIENTS]:
            connection = await stack.enter_async_context(Connection(server.port, person.token))
            cursor, _ = await pull_all(connection, person.devices[0])
            clients.append(_asking(connection, encode({"device": str(person.devices[0]), "cursor": cursor})))
        await closed_loop(clients, 0.5)
        watch = Stopwatch(clocks(server, store))
        load = await closed_loop(clients, 1.5 if scale.repeats == 1 else 5.0)
        cpu_s = watch.elapsed_s()
    details = f"{cpu_s / load.requests * 1e6:,.0f} µs of CPU each; {load.per_second:,.0f}/s with {CLIENTS} connections"
    title = f"pulls with nothing new, {store.name}: per second of CPU"
    report.add(Row(title, load.requests / cpu_s, "/s", "≥", 2_000, 5_000, details))
    report.add(Row(f"  errors among {load.requests} of them", load.errors, "", "≤", 0, 0))


def _asking(connection: Connection, request: bytes) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        status, answer = await connection.post("/sync/pull", request)
        return status == 200 and b'"rows":[]' in answer

    return ask
