"""`cairn demo`: make the company if there is none, say who may sign in, and serve it."""

import asyncio
import shutil
import socket
import time
from dataclasses import dataclass
from datetime import datetime

from cairn.demo.calendar import ZONE
from cairn.demo.printing import print_welcome
from cairn.kernel.settings import Settings, load_settings


@dataclass(frozen=True)
class Options:
    """What the command line said."""

    host: str | None
    port: int
    tls: bool
    make_only: bool


def run_demo(options: Options) -> None:
    """Make what is missing; then serve until stopped, unless only the making was asked for."""
    settings = load_settings()
    asyncio.run(ensure_company(settings))
    if options.make_only:
        return
    from cairn.serving import serve

    host = options.host or (_everywhere() if options.tls else "127.0.0.1")
    addresses = [f"{'https' if options.tls else 'http'}://localhost:{options.port}"]
    trust: list[str] = []
    if options.tls:
        from cairn.certificates import AUTHORITY, lan_addresses, own_certificate
        from cairn.demo.trust import serve_authority

        chain, _ = own_certificate(settings.data / "tls")
        hosts = [f"[{each}]" if each.version == 6 else str(each) for each in lan_addresses()]
        addresses += [f"https://{each}:{options.port}" for each in hosts]
        if serve_authority(host, options.port + 1, chain.with_name(AUTHORITY)):
            trust = [f"http://{each}:{options.port + 1}" for each in hosts]
    print_welcome(settings.data, addresses, trust)
    serve(host, options.port, tls=options.tls)


def _everywhere() -> str:
    """Every address of this machine, by IPv6 as well where one socket can do both."""
    return "::" if socket.has_dualstack_ipv6() else "0.0.0.0"  # noqa: S104 - for phones on the local network


async def ensure_company(settings: Settings) -> None:
    """Make the demo company unless an organization is there already."""
    from cairn.demo.existing import has_organization

    if await has_organization(settings):
        return
    print("Making the demo company (this happens once) …", flush=True)
    began = time.monotonic()
    if settings.database_url is None:
        await _make_aside(settings)
    else:
        await _make(settings)
    print(f"Made in {time.monotonic() - began:.0f} s.", flush=True)


async def _make_aside(settings: Settings) -> None:
    """In a folder beside, moved into place when it is whole: a making that was cut off leaves nothing behind."""
    aside = settings.data / "making"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    await _make(Settings(data=aside, sqlite_synchronous="OFF"))
    shutil.rmtree(settings.files_folder, ignore_errors=True)
    (aside / "files").rename(settings.files_folder)
    for leftover in ("cairn.db-wal", "cairn.db-shm"):
        (settings.data / leftover).unlink(missing_ok=True)
    (aside / "cairn.db").rename(settings.data / "cairn.db")
    aside.rmdir()


async def _make(settings: Settings) -> None:
    from cairn import modules
    from cairn.demo.making import make_company
    from cairn.migrations import upgrade

    modules.load()
    settings.data.mkdir(parents=True, exist_ok=True)
    await upgrade(settings.resolved_database_url)
    await make_company(settings, datetime.now(ZONE).date(), _report)


def _report(text: str) -> None:
    print(f"  {text}", flush=True)
