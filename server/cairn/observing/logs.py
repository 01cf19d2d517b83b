"""Log lines without personal data: JSON by setting, and of an exception only its kind and its place.

The words of an exception may quote a row, a name or an address; so only those kinds speak that are known not to.
Other packages' lines keep the text that their authors wrote and lose what was filled in.
"""

import logging
import sqlite3
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from cairn.kernel.errors import DomainError
from cairn.kernel.settings import Settings
from cairnsync.errors import ProtocolError

OWN = "cairn"
MOST_FRAMES = 30
LONGEST_CHAIN = 5


def configure_logging(settings: Settings) -> None:
    """Send every log line of this process to standard error, in the chosen form."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if settings.log == "json" else Lines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, logger, event, and what the line was given in `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": message_of(record),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["errors"] = list(errors_of(record.exc_info[1]))
        return msgspec.json.encode(line).decode()


class Lines(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = "".join(f" {name}={value}" for name, value in getattr(record, "fields", {}).items())
        lines = [f"{moment} {record.levelname} {record.name}: {message_of(record)}{fields}"]
        if record.exc_info and record.exc_info[1] is not None:
            for error in errors_of(record.exc_info[1]):
                lines.append(f"  {error['kind']}: {error.get('words', '')}".rstrip(": "))
                lines += [f"    {place}" for place in error["places"]]
        return "\n".join(lines)


def message_of(record: logging.LogRecord) -> str:
    """Our own lines in full; of others' what their authors wrote, without what was filled in."""
    if record.name.partition(".")[0] == OWN:
        return record.getMessage()
    return str(record.msg) if record.args else ""


def errors_of(error: BaseException | None) -> Iterator[dict[str, Any]]:
    """An exception and its causes, the last one first: kind, places, and words where they cannot hold data."""
    for _ in range(LONGEST_CHAIN):
        if error is None:
            return
        frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
        found: dict[str, Any] = {"kind": type(error).__name__}
        words = safe_words(error)
        if words:
            found["words"] = words
        found["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        yield found
        error = error.__cause__ or error.__context__


def safe_words(error: BaseException) -> str:
    """What may be said of an exception beyond its kind; empty where that is nothing."""
    if isinstance(error, DomainError | ProtocolError):
        return error.code
    if isinstance(error, sqlite3.OperationalError):
        return str(error)
    if isinstance(error, OSError):
        return error.strerror or ""
    return str(getattr(error, "sqlstate", None) or "")
