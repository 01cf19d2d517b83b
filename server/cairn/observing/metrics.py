"""Metrics for Prometheus: what passed through this process, and what stands in the database that it serves."""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cairn.kernel.access import OrganizationHead
from cairn.kernel.conflicts import Conflict
from cairn.kernel.deliveries import Delivery
from cairn.kernel.devices import Device, states_of
from cairn.kernel.log import CommandLog
from cairn.services import Services
from cairnsync.messages import Receipt

LATENCY_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
AGES_S = (60, 600, 3_600, 4 * 3_600, 86_400, 7 * 86_400, 30 * 86_400)
FRESH_FOR = timedelta(seconds=10)
"""However often somebody asks, the database is asked no more often than this."""


@dataclass
class Standing:
    """What the database holds at a moment, summed over all organizations."""

    devices: dict[str, int] = field(default_factory=dict)
    older: dict[int, int] = field(default_factory=dict)
    """How many devices have unsent work older than so many seconds."""
    unsent: int = 0
    oldest_at: datetime | None = None
    parked: int = 0
    conflicts: int = 0
    deliveries: int = 0


async def read_standing(connection: AsyncConnection, now: datetime) -> Standing:
    """Counted by the database itself."""
    by_state = [func.count().filter(each).label(name) for name, each in states_of(now).items()]
    waiting = and_(Device.revoked_at.is_(None), Device.oldest_unsent_at.is_not(None))
    by_age = [
        func.count().filter(Device.oldest_unsent_at < now - timedelta(seconds=age_s)).label(str(age_s))
        for age_s in AGES_S
    ]
    totals = (func.coalesce(func.sum(Device.unsent), 0).label("unsent"), func.min(Device.oldest_unsent_at).label("at"))
    heads = select(OrganizationHead.organization_id)
    parked = select(func.count()).where(CommandLog.organization_id.in_(heads), CommandLog.status == "parked")
    conflicts = select(func.count()).where(Conflict.state == "open", Conflict.deleted_at.is_(None))
    deliveries = select(func.count()).where(Delivery.due_at.is_not(None))
    devices = (await connection.execute(select(*by_state))).one()
    outboxes = (await connection.execute(select(*by_age, *totals).where(waiting))).one()
    return Standing(
        devices=dict(devices._mapping),
        older={age_s: outboxes._mapping[str(age_s)] for age_s in AGES_S},
        unsent=int(outboxes.unsent),
        oldest_at=outboxes.at,
        parked=(await connection.execute(parked)).scalar_one(),
        conflicts=(await connection.execute(conflicts)).scalar_one(),
        deliveries=(await connection.execute(deliveries)).scalar_one(),
    )


class Metrics(Collector):
    """One process's registry; labels are operations, statuses and codes, never people, devices or organizations."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._standing = Standing()
        self._read_at: datetime | None = None
        self.registry = CollectorRegistry()
        self.requests = Counter("cairn_requests", "Requests answered", ["operation", "status"], registry=self.registry)
        self.latency = Histogram(
            "cairn_request_seconds", "Time to answer", ["operation"], buckets=LATENCY_S, registry=self.registry
        )
        self.receipts = Counter(
            "cairn_receipts", "Verdicts on mutations, replays left out", ["status", "code"], registry=self.registry
        )
        self.registry.register(self)
        ProcessCollector(registry=self.registry)
        services.on_receipts = self.judged

    def answered(self, operation: str, status: int, seconds: float) -> None:
        self.requests.labels(operation, str(status)).inc()
        self.latency.labels(operation).observe(seconds)

    def judged(self, receipts: Iterable[Receipt]) -> None:
        for (status, code), number in Tally((each.status, each.code or "") for each in receipts).items():
            self.receipts.labels(status, code).inc(number)

    async def exposition(self) -> bytes:
        """The text that Prometheus reads."""
        now = self._services.clock.now()
        if self._read_at is None or now - self._read_at >= FRESH_FOR:
            async with self._services.database.reading() as connection:
                self._standing = await read_standing(connection, now)
            self._read_at = now
        return generate_latest(self.registry)

    def collect(self) -> Iterator[Metric]:
        """What is read rather than counted."""
        services, standing = self._services, self._standing
        now, oldest_at = services.clock.now(), standing.oldest_at
        yield _gauge("cairn_devices", "Devices by state", "state", standing.devices)
        yield _gauge("cairn_outbox_devices", "Devices with unsent work older than", "older_than_s", standing.older)
        yield _number("cairn_outbox_unsent", "Mutations that wait on devices, as last reported", standing.unsent)
        age_s = (now - oldest_at).total_seconds() if oldest_at else 0.0
        yield _number("cairn_outbox_oldest_seconds", "Age of the oldest unsent work", age_s)
        yield _number("cairn_parked", "Mutations without a final verdict", standing.parked)
        yield _number("cairn_conflicts", "Conflicts that nobody has settled", standing.conflicts)
        yield _number("cairn_deliveries", "Messages that wait to go out", standing.deliveries)
        yield _number("cairn_writer_queue", "Submissions that wait for the writer", services.writer.queue_length)
        yield _number("cairn_live_listeners", "Open streams of pokes", services.hub.listeners)


def _gauge(name: str, words: str, label: str, values: Mapping[Any, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        family.add_metric([str(key)], value)
    return family


def _number(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)
