"""The web application: routes, errors, and the parts that they share."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from litestar import Litestar
from litestar.middleware import DefineMiddleware

from cairn import modules
from cairn.api import boards, customer_pages, devices, files, health, openapi, reports, session, sync
from cairn.api.app_files import Build, serve_app
from cairn.api.bodies import BodyGuard
from cairn.api.errors import HANDLERS
from cairn.api.observation import Observer, show_metrics
from cairn.api.quick import QuickApplication
from cairn.api.rest import rest_router
from cairn.jobs.worker import Worker
from cairn.kernel.hub import STOPPING_SIGNAL
from cairn.kernel.settings import Settings, load_settings
from cairn.migrations import upgrade
from cairn.observing.traces import start_traces
from cairn.services import Services, build_services

if TYPE_CHECKING:
    from cairn.observing.metrics import Metrics

LARGEST_BODY_BYTES = 32 * 1024 * 1024


def create_application(settings: Settings | None = None, services: Services | None = None) -> Litestar:
    """A server for these settings; the database is brought up to date when it starts."""
    modules.load()
    settings = settings or load_settings()

    @asynccontextmanager
    async def lifespan(application: Litestar) -> AsyncIterator[None]:
        settings.data.mkdir(parents=True, exist_ok=True)
        await upgrade(settings.resolved_database_url)
        running = services or build_services(settings)
        application.state.services = running
        application.state.build = Build()
        application.state.metrics = open_metrics(running)
        worker = Worker(running)
        worker.start()
        if running.relay is not None:
            running.relay.start()
        if threading.current_thread() is threading.main_thread():  # no other one hears signals
            asyncio.get_running_loop().add_signal_handler(STOPPING_SIGNAL, running.hub.close)
        try:
            yield
        finally:
            await worker.stop()
            await running.close()

    application = QuickApplication(
        quick=sync.POSTS,
        route_handlers=[
            session.router,
            devices.router,
            sync.router,
            files.uploads,
            files.read,
            rest_router(),
            boards.read_service_board,
            boards.read_return_board,
            reports.read_report,
            customer_pages.router,
            health.is_alive,
            health.is_ready,
            show_metrics,
            openapi.show_schema,
            serve_app,
        ],
        lifespan=[lifespan],
        middleware=[*_observers(settings), DefineMiddleware(BodyGuard, silence_s=settings.patience_s)],
        exception_handlers=HANDLERS,
        openapi_config=openapi.CONFIG,
        request_max_body_size=LARGEST_BODY_BYTES,
        logging_config=None,
    )
    openapi.describe(application, sync.POSTS)
    return application


def open_metrics(services: Services) -> "Metrics | None":
    """None where nobody may read them."""
    if services.settings.metrics_token is None:
        return None
    from cairn.observing.metrics import Metrics

    return Metrics(services)


def _observers(settings: Settings) -> list[DefineMiddleware]:
    wanted = settings.metrics_token or settings.traces_url or settings.log_level in ("info", "debug")
    return [DefineMiddleware(Observer, tracer=start_traces(settings))] if wanted else []
