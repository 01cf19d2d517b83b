"""A server went, and everybody comes back to the next at once: hello, what is new, and an event stream each."""

import asyncio
import time
from contextlib import AsyncExitStack
from uuid import UUID

from bench.company import Company, Person, Scale
from bench.load import ANSWER_TIMEOUT_S, Connection, encode
from bench.report import Report, Row
from bench.stores import Store
from support.server import Server

LISTENING = b": listening\n\n"


async def measure_reconnect(report: Report, store: Store, company: Company, scale: Scale, server: Server) -> None:
    """Errors must be none: what is beyond a limit would be told to come again, and this many are within it."""
    everybody = [(person, device) for person in company.sellers for device in person.devices]
    everybody = everybody[: 500 if scale.repeats > 1 else 100]
    async with AsyncExitStack() as streams:
        began = time.perf_counter()
        tasks = [_come_back(streams, server.port, *each) for each in everybody]
        errors = (await asyncio.gather(*tasks)).count(False)
        seconds = time.perf_counter() - began
    share = len(everybody) / 500
    details = f"{len(everybody) / seconds:,.0f} phones/s, each with an open stream at the end"
    title = f"reconnect: {len(everybody)} phones say hello, pull and listen, {store.name}"
    report.add(Row(title, seconds, "s", "≤", 10 * share, 5 * share, details))
    report.add(Row("  errors among them", errors, "", "≤", 0, 0))


async def _come_back(streams: AsyncExitStack, port: int, person: Person, device: UUID) -> bool:
    profile = {"schema": 1, "app": "bench", "platform": "bench", "name": "bench"}
    async with Connection(port, person.token) as connection:
        greeted, _ = await connection.post("/sync/hello", encode({"device": str(device)} | profile))
        pulled, _ = await connection.post("/sync/pull", encode({"device": str(device), "cursor": None, "limit": 100}))
    return (greeted, pulled) == (200, 200) and await _listen(streams, port, person.token)


async def _listen(streams: AsyncExitStack, port: int, token: str) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    streams.callback(writer.close)
    writer.write(f"GET /sync/live HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    async with asyncio.timeout(ANSWER_TIMEOUT_S):
        head = await reader.readuntil(b"\r\n\r\n")
        return b" 200 " in head.split(b"\r\n")[0] and LISTENING in await reader.readuntil(LISTENING)
