"""Documents set in type: a Typst template and data become a PDF, in a process of its own that can be stopped.

What people wrote is data and never markup; whatever it does to the typesetter ends with that process.
"""

import asyncio
import logging
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from cairn.kernel import pressing
from cairn.kernel.errors import DomainError
from cairn.kernel.gates import Gate
from cairn.kernel.pressing import FONT, Job

logger = logging.getLogger(__name__)
TIMEOUT_S = 20.0
AT_WORK, WAITING, RETRY_AFTER_S = 2, 20, 5
LONGEST_ERROR = 200


class NotPrinted(DomainError):
    """A document could not be set in type."""

    code = "not_printed"
    http_status = 500


class Press:
    """Two documents at a time, some that wait, and nobody beyond that."""

    def __init__(self) -> None:
        self._gate = Gate(AT_WORK, WAITING, RETRY_AFTER_S)

    async def print(self, template: Path, data: object, pictures: Mapping[str, bytes]) -> bytes:
        """The PDF; the template reads `sys.inputs.data` and pictures by their names. Raises NotPrinted, Unavailable."""
        async with self._gate.entered():
            return await asyncio.to_thread(_run, template, data, pictures)


def _run(template: Path, data: object, pictures: Mapping[str, bytes]) -> bytes:
    """One process for one document. Raises NotPrinted."""
    if not FONT.exists():
        logger.error("the font for documents is not installed (%s): `make setup` brings it", FONT)
        raise NotPrinted()
    job = Job(template=template.read_bytes(), data=msgspec.json.encode(data).decode(), pictures=dict(pictures))
    with tempfile.TemporaryDirectory(prefix="cairn-press-") as folder:
        command = [sys.executable, "-m", pressing.__name__, folder]
        try:
            done = subprocess.run(  # noqa: S603 - our own program
                command, input=msgspec.msgpack.encode(job), capture_output=True, timeout=TIMEOUT_S, check=True
            )
        except subprocess.SubprocessError as error:
            said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip().splitlines()
            logger.error("not printed: %s %s", type(error).__name__, said[-1][:LONGEST_ERROR] if said else "")
            raise NotPrinted() from error
    return done.stdout
