"""A lean HTTP client and closed loops of requests: what asks must cost less than what answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import msgspec

ANSWER_TIMEOUT_S = 60.0


class Connection:
    """One kept-alive connection to the server."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self.token = port, token
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def __aenter__(self) -> "Connection":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**24)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    async def post(self, path: str, body: bytes, *, accept: str = "identity") -> tuple[int, bytes]:
        """Status and body of the answer, undecoded."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self.token}\r\n"
            f"Accept-Encoding: {accept}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            head_lines = (await self._reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
            length = next(int(line[15:]) for line in head_lines if line.startswith(b"content-length:"))
            return int(head_lines[0].split()[1]), await self._reader.readexactly(length)


@dataclass
class Load:
    """What came of a closed loop."""

    requests: int = 0
    errors: int = 0
    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def closed_loop(clients: list[Callable[[], Awaitable[bool]]], seconds: float) -> Load:
    """Every client sends its next request when the last was answered; each says whether the answer was good."""
    load = Load()
    began = time.perf_counter()

    async def run(ask: Callable[[], Awaitable[bool]]) -> None:
        while time.perf_counter() - began < seconds:
            sent = time.perf_counter()
            good = await ask()
            load.latencies_ms.append((time.perf_counter() - sent) * 1000)
            load.requests += 1
            load.errors += not good

    await asyncio.gather(*(run(client) for client in clients))
    load.seconds = time.perf_counter() - began
    return load


def encode(value: Any) -> bytes:
    return msgspec.json.encode(value)
