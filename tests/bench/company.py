"""A company to measure on: people with phones, customers for pushes, and full buckets for pulls.

Founded by real commands; the mass of customers and documents is written as rows, as those commands would leave them.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.kernel import access
from cairn.kernel.access import BucketRow, Grant, OrganizationHead
from cairn.kernel.context import Actor
from cairn.kernel.devices import Device
from cairn.kernel.documents import FeedRow
from cairn.kernel.ids import new_id
from cairn.kernel.settings import Settings
from cairn.kernel.synced import Publication
from cairn.kernel.writer import Transactional
from cairn.migrations import upgrade
from cairn.modules import load
from cairn.modules.accounts.models import Account
from cairn.modules.identity.commands import CreateOrganization, CreateUser
from cairn.modules.identity.founding import found_organization
from cairn.modules.identity.models import SignInSession
from cairn.modules.identity.tokens import digest
from cairn.services import Services, build_services

BATCH_ROWS = 5_000
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True)
class Scale:
    """How much to measure with."""

    sellers: int = 50
    accounts_each: int = 100
    devices_each: int = 10
    wide_buckets: int = 200
    wide_documents: int = 1_000
    cold_buckets: int = 20
    cold_documents: int = 1_000
    repeats: int = 3


QUICK = Scale(sellers=25, accounts_each=100, devices_each=4, wide_documents=100, repeats=1)


@dataclass
class Person:
    """Somebody who is signed in, with devices that have said hello."""

    name: str
    user_id: UUID
    token: str
    devices: list[UUID]
    accounts: list[UUID] = field(default_factory=list)


@dataclass
class Company:
    """The addresses of everything that a measurement needs."""

    url: str
    folder: Path
    organization_id: UUID
    epoch: str
    wide: Person
    """Holds many full buckets."""
    cold: Person
    """Holds 20,000 documents."""
    sellers: list[Person]


class Ledger:
    """Rows of the feed, its buckets and grants, numbered on from an organization's head."""

    def __init__(self, head: OrganizationHead) -> None:
        self.organization_id, self.seq, self.numbers = head.organization_id, head.seq, head.buckets
        self.buckets: dict[str, dict[str, Any]] = {}
        self.grants: list[dict[str, Any]] = []
        self.feed: list[dict[str, Any]] = []
        self.accounts: list[dict[str, Any]] = []

    def open_bucket(self, name: str, principal: str | None) -> None:
        self.numbers += 1
        self.buckets[name] = {
            "organization_id": self.organization_id,
            "number": self.numbers,
            "name": name,
            "head_seq": 0,
            "documents": 0,
            "seq_sum": 0,
        }
        if principal is not None:
            self.seq += 1
            self.grants.append(
                {
                    "organization_id": self.organization_id,
                    "principal": principal,
                    "bucket_number": self.numbers,
                    "since_seq": self.seq,
                    "until_seq": None,
                }
            )

    def publish(self, item: Publication) -> None:
        self.seq += 1
        document = _encode(item.document)
        for name in item.buckets:
            bucket = self.buckets[name]
            bucket["head_seq"], bucket["documents"] = self.seq, bucket["documents"] + 1
            bucket["seq_sum"] += self.seq
            envelope = b'["%s","%s","%s",%d,%s]' % (
                *(each.encode() for each in (name, item.kind, str(item.id))),
                self.seq,
                document,
            )
            self.feed.append(
                {
                    "organization_id": self.organization_id,
                    "bucket_number": bucket["number"],
                    "seq": self.seq,
                    "kind": item.kind,
                    "id": item.id,
                    "removed": False,
                    "envelope": envelope,
                }
            )

    def add_account(self, owner: UUID, number: int) -> UUID:
        record = _account(self.organization_id, owner, number)
        columns = inspect(Account).column_attrs.keys()
        self.accounts.append({name: getattr(record, name) for name in columns})
        self.open_bucket(f"account:{record.id}", access.line(owner))
        for item in record.publications():
            self.publish(item)
        return record.id

    def add_contacts(self, account_id: UUID, count: int) -> None:
        """Documents only: no command of a measurement touches these people."""
        bucket = frozenset({f"account:{account_id}"})
        for number in range(count):
            contact_id = new_id()
            document = {
                "id": contact_id,
                "account_id": account_id,
                "name": f"Contact {number}",
                "phone": "0512-5550100",
                "email": f"contact{number}@example.com",
                "position_title": "Maintenance manager",
                "created_at": "2026-11-02T02:00:00Z",
                "created_by": account_id,
            }
            self.publish(Publication("contact", contact_id, bucket, document))


def gate(number: int) -> dict[str, float]:
    """Where each person's customers are: some 300 m from one to the next."""
    return {"lat": round(31.2 + number % 97 / 500, 6), "lon": round(120.5 + number % 89 / 500, 6)}


def _account(organization_id: UUID, owner: UUID, number: int) -> Account:
    return Account(
        organization_id=organization_id,
        id=new_id(),
        name=f"Customer {number} 澄湖制冷",
        address="88 Lake Road, Suzhou Industrial Park",
        position={
            **gate(number),
            "accuracy_m": 10.0,
            "fixed_at": "2026-11-02T02:00:00Z",
            "altitude_m": None,
            "speed_mps": None,
        },
        phone="0512-5550100",
        tags=["cold", "vip"],
        notes="Two compressors on the roof.",
        owner_id=owner,
        created_at=datetime(2026, 11, 2, 2, tzinfo=UTC),
        created_by=owner,
        last_visit_at=None,
        edits={},
        deleted_at=None,
    )


async def furnish(url: str, folder: Path, scale: Scale) -> Company:
    """Found the company on an empty database and fill it."""
    load()
    await upgrade(url)
    services = build_services(Settings(data=folder, database_url=url, sqlite_synchronous="OFF"))
    organization_id = new_id()
    founder = await found_organization(
        services.writer, services.dispatcher, new_id, CreateOrganization(id=organization_id, name="Bench company")
    )
    people = [await _hire(services, founder, f"seller{number}", scale) for number in range(scale.sellers)]

    async def store(session: AsyncSession) -> str:
        return await _fill(session, organization_id, people, scale)

    epoch = await services.writer.submit(Transactional(organization_id, store))
    await services.close()
    return Company(url, folder, organization_id, epoch, people[0], people[1], people[2:])


async def _hire(services: Services, founder: Actor, name: str, scale: Scale) -> Person:
    person = Person(name, new_id(), f"token-of-{name}", [new_id() for _ in range(scale.devices_each)])
    command = CreateUser(id=person.user_id, name=name, email=f"{name}@example.com", roles=["salesperson"])
    await services.dispatcher.run(founder, command, "cli")
    now, organization_id = datetime.now(UTC), founder.organization_id
    session_row = {
        "token_hash": digest(person.token),
        "id": new_id(),
        "organization_id": organization_id,
        "user_id": person.user_id,
        "created_at": now,
        "expires_at": now + timedelta(days=30),
        "client": "bench",
    }
    device_rows = [
        {
            "organization_id": organization_id,
            "id": device,
            "user_id": person.user_id,
            "last_seq": 0,
            "confirmed": 0,
            "name": "bench",
            "platform": "bench",
            "app": "bench",
            "schema": 1,
            "created_at": now,
            "last_seen_at": now,
        }
        for device in person.devices
    ]

    async def store(session: AsyncSession) -> None:
        await session.execute(insert(SignInSession), [session_row])
        await session.execute(insert(Device), device_rows)

    await services.writer.submit(Transactional(organization_id, store))
    return person


async def _fill(session: AsyncSession, organization_id: UUID, people: list[Person], scale: Scale) -> str:
    statement = select(OrganizationHead).where(OrganizationHead.organization_id == organization_id)
    head = (await session.execute(statement)).scalar_one()
    directory = (await session.execute(select(BucketRow).where(BucketRow.name == "directory"))).scalar_one()
    ledger = Ledger(head)
    columns = inspect(BucketRow).column_attrs.keys()
    ledger.buckets["directory"] = {name: getattr(directory, name) for name in columns}
    wide, cold, *sellers = people
    plan = [(wide, scale.wide_buckets, scale.wide_documents), (cold, scale.cold_buckets, scale.cold_documents)]
    plan += [(person, scale.accounts_each, 1) for person in sellers]
    for person, accounts, documents in plan:
        for number in range(accounts):
            account_id = ledger.add_account(person.user_id, number)
            person.accounts.append(account_id)
            ledger.add_contacts(account_id, documents - 1)
    connection = await session.connection()
    known = ledger.buckets.pop("directory")
    await session.execute(
        update(BucketRow)
        .where(BucketRow.organization_id == organization_id, BucketRow.number == known["number"])
        .values(head_seq=known["head_seq"], documents=known["documents"], seq_sum=known["seq_sum"])
    )
    head.seq, head.access_seq, head.buckets = ledger.seq, ledger.seq, ledger.numbers
    await session.flush()
    tables: list[tuple[Any, list[dict[str, Any]]]] = [
        (BucketRow.__table__, list(ledger.buckets.values())),
        (Grant.__table__, ledger.grants),
        (Account.__table__, ledger.accounts),
        (FeedRow.__table__, ledger.feed),
    ]
    for table, rows in tables:
        for begin in range(0, len(rows), BATCH_ROWS):
            await connection.execute(insert(table), rows[begin : begin + BATCH_ROWS])
    return head.epoch
