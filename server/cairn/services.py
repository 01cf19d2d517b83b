"""Everything that a running server is made of, put together once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cairn.kernel.database import Database
from cairn.kernel.dispatch import Dispatcher
from cairn.kernel.gates import Rates
from cairn.kernel.held import HeldCache
from cairn.kernel.hub import Hub
from cairn.kernel.ids import NewId, new_id
from cairn.kernel.press import Press
from cairn.kernel.settings import Settings
from cairn.kernel.sightings import Sightings
from cairn.kernel.writer import Writer
from cairn.modules.checklists.reporting import inspections_of
from cairn.modules.files.judging import Judge
from cairn.modules.files.scanning import open_scanner
from cairn.modules.files.storage import DiskStorage, FileKey, FileStorage
from cairn.modules.files.uploads import Uploads
from cairn.modules.identity.resets import Resets
from cairn.modules.identity.sessions import Sessions
from cairn.modules.tickets.reports import Reports
from cairnsync.clock import Clock, SystemClock
from cairnsync.messages import Receipt

if TYPE_CHECKING:
    from cairn.kernel.relay import Relay

PAGES_PER_MINUTE = 120
"""Of one network, which may be a whole company's."""
MOST_NETWORKS = 10_000


@dataclass
class Services:
    """The parts, for the edge and the jobs."""

    settings: Settings
    database: Database
    hub: Hub
    writer: Writer
    sessions: Sessions
    resets: Resets
    held: HeldCache
    sightings: Sightings
    dispatcher: Dispatcher
    storage: FileStorage
    uploads: Uploads
    judge: Judge
    reports: Reports
    page_rates: Rates
    """How often a network may ask for pages that need no account."""
    clock: Clock
    new_id: NewId
    relay: "Relay | None"
    on_receipts: Callable[[Sequence[Receipt]], None] | None = None
    """Told of every new verdict on a phone's mutation, by whoever measures."""
    swept_until: FileKey | None = None
    """Where the search for stray files goes on."""

    async def close(self) -> None:
        if self.relay is not None:
            await self.relay.stop()
        await self.writer.drain()
        await self.database.close()


def build_services(
    settings: Settings, *, clock: Clock | None = None, make_id: NewId = new_id, database: Database | None = None
) -> Services:
    """Put the parts together; nothing is opened before it is used."""
    clock = clock or SystemClock()
    database = database or Database(settings.resolved_database_url, synchronous=settings.sqlite_synchronous)
    hub = Hub()
    writer = Writer(database, hub, make_id)
    sessions = Sessions(database, writer, clock, make_id, settings)
    hub.on_rights_changed = sessions.forget_cached
    dispatcher = Dispatcher(writer, clock)
    storage = open_storage(settings)
    scanner = open_scanner(settings.virus_scan)
    return Services(
        settings=settings,
        database=database,
        hub=hub,
        writer=writer,
        sessions=sessions,
        resets=Resets(database, writer, sessions, clock, make_id, settings),
        held=HeldCache(),
        sightings=Sightings(),
        dispatcher=dispatcher,
        storage=storage,
        uploads=Uploads(database, storage, dispatcher, clock, settings.upload_limit_bytes),
        judge=Judge(database, storage, dispatcher, scanner, settings.upload_limit_bytes),
        reports=Reports(database, storage, Press(), clock, inspections_of),
        page_rates=Rates(PAGES_PER_MINUTE, timedelta(minutes=1), MOST_NETWORKS),
        clock=clock,
        new_id=make_id,
        relay=_open_relay(settings, database, hub),
    )


def _open_relay(settings: Settings, database: Database, hub: Hub) -> "Relay | None":
    """Redis where one is set; PostgreSQL relays by itself; a SQLite database has one process."""
    if settings.redis_url is None and database.is_sqlite:
        return None
    from cairn.kernel.relay import PostgresRelay, RedisRelay

    return PostgresRelay(database.url, hub) if settings.redis_url is None else RedisRelay(settings.redis_url, hub)


def open_storage(settings: Settings) -> FileStorage:
    """Where files lie: an object store if one is set, else the data folder."""
    if settings.object_store_url is None:
        return DiskStorage(settings.files_folder)
    from obstore.store import S3Store

    from cairn.modules.files.object_storage import ObjectStorage

    given = {
        "endpoint": settings.object_store_endpoint,
        "region": settings.object_store_region,
        "access_key_id": settings.object_store_key,
        "secret_access_key": settings.object_store_secret,
    }
    options: Any = {name: value for name, value in given.items() if value is not None}
    allow_http = options.get("endpoint", "").startswith("http://")
    store = S3Store.from_url(settings.object_store_url, client_options={"allow_http": allow_http}, **options)
    return ObjectStorage(store)
