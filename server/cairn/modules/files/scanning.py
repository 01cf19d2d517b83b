"""A virus scanner looks at every file before anybody else can: a command of the operator's, or clamd."""

import asyncio
import shlex
import struct
from collections.abc import Iterator
from typing import Protocol

from cairn.modules.files.errors import VirusFound

SCAN_TIMEOUT_S = 120.0
BLOCK_BYTES = 256 * 1024
FOUND = 1
"""What clamscan, clamdscan and most others end with when they have found something."""


class ScanFailed(Exception):
    """The scanner gave no verdict; the file waits."""


class Scanner(Protocol):
    """Looks at a file's bytes; raises VirusFound, ScanFailed."""

    async def scan(self, content: bytes) -> None: ...


class NoScanner:
    """None is set: every file passes."""

    async def scan(self, content: bytes) -> None:
        """Nothing is looked at."""


class CommandScanner:
    """A command that reads the file from its input: 0 is clean, 1 is a find, anything else is no verdict."""

    def __init__(self, command: str) -> None:
        self._arguments = shlex.split(command)

    async def scan(self, content: bytes) -> None:
        pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(*self._arguments, stdin=pipe, stdout=null, stderr=null)
        except OSError as error:
            raise ScanFailed(f"the command does not start: {type(error).__name__}") from error
        try:
            async with asyncio.timeout(SCAN_TIMEOUT_S):
                await process.communicate(content)
        except TimeoutError:
            raise ScanFailed("the command did not end in time") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == FOUND:
            raise VirusFound()
        if process.returncode != 0:
            raise ScanFailed(f"the command ended with {process.returncode}")


class ClamdScanner:
    """clamd's INSTREAM (man clamd): blocks with their lengths in front, and one line as the answer."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def scan(self, content: bytes) -> None:
        try:
            async with asyncio.timeout(SCAN_TIMEOUT_S):
                answer = await self._ask(content)
        except (OSError, TimeoutError) as error:
            raise ScanFailed(f"clamd does not answer: {type(error).__name__}") from error
        if answer.endswith(b" FOUND"):
            raise VirusFound()
        if answer != b"stream: OK":
            raise ScanFailed(f"clamd answers {answer[:100]!r}")

    async def _ask(self, content: bytes) -> bytes:
        reader, writer = await self._connect()
        try:
            writer.write(b"zINSTREAM\0")
            for block in _blocks(content):
                writer.write(struct.pack("!L", len(block)) + block)
                await writer.drain()
            writer.write(struct.pack("!L", 0))
            await writer.drain()
            return (await reader.read(4_096)).rstrip(b"\0\n")
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.startswith("/"):
            return await asyncio.open_unix_connection(self._address)
        host, _, port = self._address.rpartition(":")
        return await asyncio.open_connection(host, int(port))


def _blocks(content: bytes) -> Iterator[bytes]:
    for at in range(0, len(content), BLOCK_BYTES):
        yield content[at : at + BLOCK_BYTES]


def open_scanner(setting: str | None) -> Scanner:
    """`clamd:HOST:PORT` or `clamd:/path/to/socket`, else a command line; None scans nothing."""
    if not setting:
        return NoScanner()
    return ClamdScanner(setting.removeprefix("clamd:")) if setting.startswith("clamd:") else CommandScanner(setting)
