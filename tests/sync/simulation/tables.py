"""The server's tables as they stand in the end, read past the kernel, and who the contract lets see each record."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from cairn.kernel.log import CommandLog
from cairn.kernel.synced import Synced
from sync.simulation.world import World

Json = dict[str, Any]
Documents = dict[tuple[str, str], Json]


@dataclass
class Tables:
    """Every record by kind and id, and the log of commands in the order of their execution."""

    records: dict[str, dict[UUID, Any]] = field(default_factory=lambda: defaultdict(dict))
    log: list[CommandLog] = field(default_factory=list)

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
            case "note":
                return self._about(record) | {f"work:{record.author_id}"}
            case "file":
                return self._about(record) if record.about else {f"user:{record.uploader_id}"}
            case "conflict":
                return {f"user:{each}" for each in (record.author_id, record.owner_id, record.theirs_by) if each}
            case "refusal":
                return {f"user:{each}" for each in (record.author_id, record.owner_id) if each}
        raise AssertionError(f"the contract does not say who sees a {record.kind}")

    def _about(self, record: Any) -> set[str]:
        return self.buckets(self.records[record.about["kind"]][UUID(record.about["id"])])

    def visible_to(self, held: set[str]) -> Documents:
        """(kind, id) → document, for somebody who holds these buckets."""
        found: Documents = {}
        for records in self.records.values():
            for record in records.values():
                if self.buckets(record) & held:
                    found[record.kind, str(record.id)] = plain(record.document())
                if record.kind == "account" and "directory" in held:
                    found["account_card", str(record.id)] = plain(card(record))
        return found


def card(account: Any) -> Json:
    names = ("id", "name", "address", "position", "owner_id", "search")
    return {name: getattr(account, name) for name in names}


def plain(document: Json) -> Json:
    decoded: Json = msgspec.json.decode(msgspec.json.encode(document))
    return decoded


def read_tables(world: World) -> Tables:
    tables = Tables()
    engine = create_engine(f"sqlite:///{world.server.path}")
    with Session(engine) as session:
        for model in Synced.kinds.values():
            columns: Any = model
            own = columns.organization_id == world.server.template.organization_id
            for record in session.scalars(select(model).where(own)):
                tables.records[record.kind][record.id] = record
        tables.log = list(session.scalars(select(CommandLog).order_by(CommandLog.committed_seq)))
        order = {id_: place for place, (id_,) in enumerate(_ids_in_order(world))}
        tables.log.sort(key=lambda row: order[row.id.hex])
    engine.dispose()
    return tables


def _ids_in_order(world: World) -> list[Any]:
    return world.server.connection.execute("SELECT id FROM command_log ORDER BY rowid").fetchall()
