"""Settings, read once from the environment (`CAIRN_…`); a bad value stops the start with a clear sentence."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

PREFIX = "CAIRN_"
SHORTEST_METRICS_TOKEN = 16


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator may choose; every field is the variable `CAIRN_<FIELD>` (see docs/operator-guide.md)."""

    data: Path = Path("data")
    database_url: str | None = None
    redis_url: str | None = None
    object_store_url: str | None = None
    """s3://bucket: files go there instead of the data folder."""
    object_store_endpoint: str | None = None
    object_store_region: str = "us-east-1"
    object_store_key: str | None = None
    object_store_secret: str | None = None
    processes: int = 1
    """Server processes that share the port; more than one needs PostgreSQL."""
    drain_s: float = 0
    """How long after SIGTERM requests are still served while /readyz says no: longer than a balancer looks away."""
    public_url: str = "http://localhost:8000"
    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: str | None = None
    smtp_starttls: bool = False
    mail_from: str = "cairn@localhost"
    session_days: int = 30
    secure_cookies: bool = False
    sqlite_synchronous: str = "FULL"
    upload_limit_bytes: int = 25 * 1024 * 1024
    log: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    """From "info" on, a line for each request."""
    metrics_token: str | None = None
    """Prometheus reads /metrics with this bearer token; without it there is no such page."""
    traces_url: str | None = None
    """Where OpenTelemetry's collector takes traces, e.g. http://localhost:4318/v1/traces."""
    virus_scan: str | None = None
    """`clamd:HOST:PORT`, `clamd:/socket`, or a command that reads a file and ends with 0 (clean) or 1 (found)."""
    patience_s: int = 30
    """How long a client may keep silent in the middle of a request."""
    sign_in_attempts: int = 10
    sign_in_window_s: int = 900
    reset_mails: int = 3
    """Reset mails for one address within that window; a network may ask for ten times as many."""
    trusted_proxies: int = 0
    """How many proxies of one's own stand in front: that many of X-Forwarded-For's addresses are believed."""

    @property
    def resolved_database_url(self) -> str:
        """The async SQLAlchemy URL; by default a SQLite file in the data folder."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data / 'cairn.db'}"

    @property
    def files_folder(self) -> Path:
        return self.data / "files"


class BadSettings(SystemExit):
    """A setting cannot be used; the message is the sentence for the operator."""


def _read_path(wanted: type, value: Any) -> Any:
    if wanted is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(wanted)


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `CAIRN_…` variables; raises BadSettings with a sentence that names the variable."""
    given = {name[len(PREFIX) :].lower(): value for name, value in environment.items() if name.startswith(PREFIX)}
    unknown = sorted(set(given) - set(Settings.__struct_fields__))
    if unknown:
        raise BadSettings(f"There is no setting {PREFIX}{unknown[0].upper()}.")
    try:
        settings = msgspec.convert(given, Settings, strict=False, dec_hook=_read_path)
    except msgspec.ValidationError as error:
        raise BadSettings(f"A {PREFIX}… setting cannot be read: {error}.") from None
    if not settings.resolved_database_url.startswith(("sqlite+aiosqlite:", "postgresql+asyncpg:")):
        raise BadSettings("CAIRN_DATABASE_URL must start with sqlite+aiosqlite: or postgresql+asyncpg:")
    if settings.metrics_token is not None and len(settings.metrics_token) < SHORTEST_METRICS_TOKEN:
        raise BadSettings(f"CAIRN_METRICS_TOKEN needs at least {SHORTEST_METRICS_TOKEN} characters.")
    if settings.processes < 1 or (settings.processes > 1 and settings.resolved_database_url.startswith("sqlite")):
        raise BadSettings(
            "CAIRN_PROCESSES must be 1 with SQLite, which has one writer, and at least 1 with PostgreSQL."
        )
    return settings
