"""What a handler works with: the records of its organization, the person who acts, and the time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cairn.kernel import access
from cairn.kernel.access import OrganizationHead
from cairn.kernel.commands import Command
from cairn.kernel.database import Json
from cairn.kernel.driver import driver_of
from cairn.kernel.errors import NotFound, NotOwner
from cairn.kernel.ids import NewId
from cairn.kernel.records import load_records
from cairn.kernel.synced import Synced

Record = TypeVar("Record")
New = TypeVar("New", bound=Synced)
UNKNOWN = object()


@cache
def _shared_fields(model: type[Any], shape: type[Command]) -> tuple[tuple[str, bool], ...]:
    """The fields of a command that are columns of a model too, and whether the column keeps JSON."""
    columns = model.__table__.columns
    return tuple((name, isinstance(columns[name].type, Json)) for name in shape.__struct_fields__ if name in columns)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or job) on whose behalf a command runs."""

    user_id: UUID
    organization_id: UUID
    roles: tuple[str, ...]
    permissions: frozenset[str]
    principals: frozenset[str]

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def leads(self, user_id: UUID | None) -> bool:
        """Whether this is the person themself or somebody who leads their work."""
        return user_id is not None and access.line(user_id) in self.principals


@dataclass(frozen=True, slots=True)
class Touch:
    """What a transaction did to a record: made it, or changed what decides who may read its buckets."""

    is_new: bool
    opens: bool


@dataclass
class Batch:
    """The records that one organization's commands of one transaction share, loaded once for all of them."""

    session: AsyncSession
    head: OrganizationHead
    commands: Sequence[Command]
    rows: dict[tuple[type[Any], UUID], Any] = field(default_factory=dict)
    groups: dict[InstrumentedAttribute[Any], dict[Any, list[Any]]] = field(default_factory=dict)
    done: dict[tuple[str, UUID], bytes] = field(default_factory=dict)
    """The args of what this batch created, by command and id: the log does not have them yet."""
    new: list[Any] = field(default_factory=list)
    """What was made and is in no table yet."""
    touched: dict[tuple[type[Any], UUID], Touch] = field(default_factory=dict)
    """The synced records that were written."""
    parked: set[UUID] = field(default_factory=set)
    """The records whose creation this batch parked."""

    @property
    def organization_id(self) -> UUID:
        return self.head.organization_id

    async def prefetch(self, wanted: Iterable[tuple[type[Any], UUID]]) -> None:
        """Load what commands refer to: one query per model."""
        by_model: dict[type[Any], set[UUID]] = {}
        for model, record_id in wanted:
            if (model, record_id) not in self.rows:
                by_model.setdefault(model, set()).add(record_id)
        for model, ids in by_model.items():
            await self._load(model, "id", ids)
            for record_id in ids:
                self.rows.setdefault((model, record_id), None)

    async def _load(self, model: type[Any], column: str, values: Iterable[Any]) -> None:
        """Records of the organization whose column has one of the values; those that are here already stay."""
        driver = await driver_of(self.session)
        for row in await load_records(driver, model, column, self.organization_id, values):
            if self.rows.get((model, row.id)) is None:
                self.rows[model, row.id] = row

    async def find(self, model: type[Record], record_id: UUID) -> Record | None:
        found = self.rows.get((model, record_id), UNKNOWN)
        if found is UNKNOWN:
            await self.prefetch([(model, record_id)])
            found = self.rows[model, record_id]
        return cast("Record | None", found)

    async def related(self, column: InstrumentedAttribute[Any], record: Any) -> list[Any]:
        """All records whose column names this one; asked for once for everything of its kind in the batch."""
        groups = self.groups.setdefault(column, {})
        if record.id not in groups:
            kind, model = type(record), cast(Any, column.class_)
            missing = {row_id for (each, row_id), row in self.rows.items() if each is kind and row is not None}
            missing = (missing | {record.id}) - groups.keys()
            groups.update({each: [] for each in missing})
            await self._load(model, column.key, missing)
            for (each, _), row in self.rows.items():  # those of this batch, which are not in the table yet, too
                if each is model and row is not None and getattr(row, column.key) in missing:
                    groups[getattr(row, column.key)].append(row)
        return groups[record.id]

    def owner_of(self, record: Synced) -> UUID | None:
        """Who owns a record, or the record that it is part of (which must have been loaded)."""
        if record.part_of is None:
            return getattr(record, "owner_id", None)
        column, kind = record.part_of
        return getattr(self.rows.get((Synced.kinds[kind], getattr(record, column))), "owner_id", None)

    async def load_owner(self, record: Synced) -> UUID | None:
        """The same, loading what is needed."""
        if record.part_of is not None:
            column, kind = record.part_of
            await self.find(Synced.kinds[kind], getattr(record, column))
        return self.owner_of(record)

    def add(self, record: Any) -> None:
        """Take a new record into the transaction and into what other commands of the batch see."""
        self.new.append(record)
        self.rows[type(record), record.id] = record
        for column, groups in self.groups.items():
            if column.class_ is type(record) and getattr(record, column.key) in groups:
                groups[getattr(record, column.key)].append(record)

    def forget(self) -> None:
        """Drop what was loaded and made: a savepoint was rolled back and it can no longer be trusted."""
        self.new.clear()
        self.rows.clear()
        self.groups.clear()


@dataclass
class Context:
    """One command's view of the world."""

    batch: Batch
    actor: Actor
    at: datetime
    """When it happened, on the server's clock as well as can be told."""
    received_at: datetime
    skew_s: float
    """How far the device's clock was behind the server's, in seconds."""
    new_id: NewId
    command_id: UUID
    flags: list[str] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def organization_id(self) -> UUID:
        return self.batch.organization_id

    @property
    def session(self) -> AsyncSession:
        return self.batch.session

    async def load(self, model: type[Record], record_id: UUID) -> Record:
        """A record of this organization; raises NotFound."""
        record = await self.batch.find(model, record_id)
        if record is None:
            raise NotFound(kind=getattr(model, "kind", model.__name__), id=str(record_id))
        return record

    async def find(self, model: type[Record], record_id: UUID) -> Record | None:
        return await self.batch.find(model, record_id)

    async def related(self, column: InstrumentedAttribute[Any], record: Any) -> list[Any]:
        return await self.batch.related(column, record)

    async def is_taken(self, column: InstrumentedAttribute[Any], value: Any) -> bool:
        """Whether any row of any organization has this value: for what is unique everywhere."""
        model: Any = column.class_
        pending = (row for row in (*self.batch.new, *self.session.new) if isinstance(row, model))
        if any(getattr(row, column.key) == value for row in pending):
            return True
        statement = select(column).where(column == value).limit(1)
        return (await self.session.execute(statement)).first() is not None

    def add(self, record: Any) -> None:
        self.batch.add(record)

    def create(self, model: type[New], command: Command, **values: Any) -> New:
        """A new record of what a command says: its fields as they are, and these values for what it leaves open."""
        made: Any = model
        for name, is_json in _shared_fields(made, type(command)):
            value = getattr(command, name)
            values.setdefault(name, msgspec.to_builtins(value) if is_json else value)
        record: New = made(organization_id=self.organization_id, **values)
        self.add(record)
        return record

    def flag(self, code: str) -> None:
        """Note something odd about a fact, for a person to review."""
        if code not in self.flags:
            self.flags.append(code)

    def require_line(self, owner_id: UUID | None, **params: Any) -> None:
        """Refuse unless the actor is the owner or leads the owner's work; raises NotOwner."""
        if not self.actor.leads(owner_id):
            raise NotOwner(owner_id=str(owner_id) if owner_id else None, **params)
