"""The server's tables as they stand in the end, read past the kernel, and who the contract lets see each record."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Engine, Row, create_engine, inspect, select, text

from cairn.kernel.log import CommandLog
from cairn.kernel.synced import Synced
from support.house import HOME

Json = dict[str, Any]
Documents = dict[tuple[str, str], Json]


@dataclass
class Tables:
    """Every record by kind and id, and the log of commands in the order of their execution."""

    records: dict[str, dict[UUID, Any]] = field(default_factory=lambda: defaultdict(dict))
    log: list[Row[Any]] = field(default_factory=list)

    def buckets(self, record: Any) -> set[str]:
        """Where the contract says that a record's document belongs."""
        match record.kind:
            case "organization" | "user" | "team":
                return {"org"}
            case "account":
                return {f"account:{record.id}"}
            case "site" | "contact":
                return {f"account:{record.account_id}"}
            case "visit" | "visit_plan":
                return {f"account:{record.account_id}", f"work:{record.user_id}"}
            case "ticket":
                people = {record.created_by, record.assigned_to, *record.helper_ids} - {None}
                return {f"account:{record.account_id}", "service"} | {f"work:{each}" for each in people}
            case "note":
                was_known = not any(flag.endswith("_unknown") for flag in record.flags)
                return (self._about(record) if was_known else set()) | {f"work:{record.author_id}"}
            case "file":
                return self._about(record) if record.about else {f"user:{record.uploader_id}"}
            case "conflict":
                return {f"user:{each}" for each in (record.author_id, record.owner_id, record.theirs_by) if each}
            case "receipt":
                return {f"user:{record.author_id}"}
            case "parked_mutation":
                return {"administration"}
            case "refusal":
                return {f"user:{each}" for each in (record.author_id, record.owner_id) if each}
        raise AssertionError(f"the contract does not say who sees a {record.kind}")

    def _about(self, record: Any) -> set[str]:
        found = self.records.get(record.about["kind"], {}).get(UUID(record.about["id"]))
        return self.buckets(found) if found is not None else set()  # a fact about what nobody knows

    @cached_property
    def published(self) -> list[tuple[str, str, set[str], Json]]:
        """(kind, id, buckets, document) of everything that somebody may see."""
        found = []
        for records in self.records.values():
            for record in records.values():
                found.append((record.kind, str(record.id), self.buckets(record), plain(record.document())))
                if record.kind == "account":
                    found.append(("account_card", str(record.id), {"directory"}, plain(card(record))))
        return found

    def visible_to(self, held: frozenset[str]) -> Documents:
        """(kind, id) → document, for somebody who holds these buckets."""
        return {(kind, id_): document for kind, id_, buckets, document in self.published if buckets & held}


def card(account: Any) -> Json:
    names = ("id", "name", "address", "position", "owner_id", "search")
    return {name: getattr(account, name) for name in names}


def plain(document: Json) -> Json:
    decoded: Json = msgspec.json.decode(msgspec.json.encode(document))
    return decoded


_engines: dict[str, Engine] = {}
_log = select(CommandLog.__table__).order_by(text("rowid"))


@cache
def _records() -> list[tuple[type[Any], Any]]:
    models: list[Any] = list(Synced.kinds.values())
    tables = [model.__table__ for model in models]
    wanted = [select(table).where(table.c.organization_id == HOME) for table in tables]
    return list(zip(models, wanted, strict=True))


def read_tables(url: str) -> Tables:
    """Of the one organization; the engine is kept, so that statements are compiled once."""
    engine = _engines.setdefault(url, create_engine(url))
    tables = Tables()
    with engine.connect() as connection:
        for model, statement in _records():
            manager = inspect(model).class_manager
            for row in connection.execute(statement):
                record = manager.new_instance()
                record.__dict__.update(row._mapping)
                tables.records[model.kind][row.id] = record
        tables.log = list(connection.execute(_log))
    return tables
