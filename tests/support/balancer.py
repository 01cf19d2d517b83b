"""A balancer for tests: each new connection goes to a server that says that it is ready."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from support.server import is_ready

BLOCK_BYTES = 64 * 1024


class Balancer:
    """Passes bytes on and knows nothing of what they mean."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = list(ports)
        self.url = ""
        self.turned_away = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for port in self._ports:
            if await asyncio.to_thread(is_ready, port):
                self._ports.append(self._ports.pop(self._ports.index(port)))
                with suppress(OSError):
                    await _join(reader, writer, *await asyncio.open_connection("127.0.0.1", port))
                break
        else:
            self.turned_away += 1
        writer.close()


async def _join(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    far_reader: asyncio.StreamReader,
    far_writer: asyncio.StreamWriter,
) -> None:
    """Until either side closes."""
    ways = [asyncio.create_task(_pass(reader, far_writer)), asyncio.create_task(_pass(far_reader, writer))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        far_writer.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while block := await reader.read(BLOCK_BYTES):
            writer.write(block)
            await writer.drain()


@asynccontextmanager
async def balancing(ports: Sequence[int]) -> AsyncIterator[Balancer]:
    balancer = Balancer(ports)
    server = await asyncio.start_server(balancer.take, "127.0.0.1", 0)
    async with server:
        balancer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield balancer
