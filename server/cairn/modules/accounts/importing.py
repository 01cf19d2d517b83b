"""Carrying an import out: what was read of a file becomes commands of the customers' owner, a batch at a time."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import select

from cairn.kernel.context import Actor
from cairn.kernel.database import Database
from cairn.kernel.dispatch import Dispatcher
from cairn.kernel.ids import NewId
from cairn.modules.accounts.imports import ImportRow, duplicate_key
from cairn.modules.accounts.models import Account

BATCH = 200
"""One transaction each: large enough to be fast, small enough that people who work meanwhile do not wait."""


class Outcome(Struct, frozen=True):
    """What became of one row; `ready` where nothing was written because nobody asked for it."""

    number: int
    status: Literal["created", "ready", "duplicate", "refused"]
    name: str = ""
    code: str | None = None
    params: dict[str, Any] = {}
    account_id: UUID | None = None


async def known_customers(database: Database, organization_id: UUID) -> set[str]:
    """The `duplicate_key`s of the customers that an organization has."""
    statement = select(Account.name, Account.address, Account.position).where(
        Account.organization_id == organization_id, Account.deleted_at.is_(None)
    )
    async with database.reading() as connection:
        return {duplicate_key(*row) for row in await connection.execute(statement)}


def foresee(rows: Iterable[ImportRow]) -> list[Outcome]:
    """What an import would come to."""
    return [_read(row) for row in rows]


async def create_customers(
    dispatcher: Dispatcher, actor: Actor, rows: Iterable[ImportRow], new_id: NewId
) -> list[Outcome]:
    """Create the customers of all rows that are ready; the actor becomes their owner."""
    outcomes: list[Outcome] = []
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        outcomes += await _create_batch(dispatcher, actor, batch, new_id)
    return outcomes


async def _create_batch(
    dispatcher: Dispatcher, actor: Actor, rows: Sequence[ImportRow], new_id: NewId
) -> list[Outcome]:
    ready = [(row, new_id(), row.args) for row in rows if row.args is not None]
    ids = {row.number: account_id for row, account_id, _ in ready}
    envelopes = [
        dispatcher.envelope(actor, "accounts.create", msgspec.json.encode({"id": account_id, **args}), "import")
        for _, account_id, args in ready
    ]
    verdicts = iter(await dispatcher.run_all(actor.organization_id, envelopes) if envelopes else ())
    outcomes = []
    for row in rows:
        outcome = _read(row)
        if row.args is not None:
            verdict = next(verdicts)
            done = verdict.status in ("applied", "merged")
            outcome = Outcome(
                row.number,
                "created" if done else "refused",
                outcome.name,
                verdict.code,
                verdict.params or {},
                ids[row.number] if done else None,
            )
        outcomes.append(outcome)
    return outcomes


def _read(row: ImportRow) -> Outcome:
    return Outcome(row.number, row.status, row.name, row.code, row.params)
