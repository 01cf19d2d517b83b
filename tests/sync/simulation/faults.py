"""Faults to plant in the server: each takes pytest's `MonkeyPatch` and spoils one promise."""

from collections.abc import Callable
from typing import Any

import pytest

from cairn.kernel import conflicts, documents, execute, grants, push
from cairn.kernel.feed import DatabaseFeed
from cairn.kernel.held import HeldCache
from cairn.kernel.refusals import Refusal
from cairnsync import pull

Plant = Callable[[pytest.MonkeyPatch], None]


def receipt_not_stored(patch: pytest.MonkeyPatch) -> None:
    original = execute.write_log

    async def forgetful(session: Any, tasks: Any, seq: int) -> None:
        if len(tasks) > 1:
            await original(session, tasks[:-1], seq)
        else:
            await original(session, tasks, seq)

    patch.setattr(execute, "write_log", forgetful)


def grant_check_left_out(patch: pytest.MonkeyPatch) -> None:
    async def everything(_self: Any, snapshot: Any, *_person: Any) -> dict[int, str]:
        return dict(await snapshot.fetch("SELECT number, name FROM bucket"))

    patch.setattr(HeldCache, "read", everything)


def grant_not_taken_back(patch: pytest.MonkeyPatch) -> None:
    original = grants.difference

    def generous(current: Any, wanted: Any) -> Any:
        given, _taken = original(current, wanted)
        return given, set()

    patch.setattr(grants, "difference", generous)


def drop_forgotten(patch: pytest.MonkeyPatch) -> None:
    original = pull._begin_round

    async def silent(feed: Any, cursor: Any, page: Any, refetch: Any) -> Any:
        begun = await original(feed, cursor, page, refetch)
        page.drop.clear()
        return begun

    patch.setattr(pull, "_begin_round", silent)


def conflict_not_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(conflicts, "_keep", lambda *_args, **_values: None)


def refusal_not_shown(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Refusal, "buckets", lambda _self: set())


def seq_skipped(patch: pytest.MonkeyPatch) -> None:
    original = documents.write_documents

    async def skipping(*args: Any) -> int:
        return await original(*args) + 1

    patch.setattr("cairn.kernel.changes.write_documents", skipping)


def payload_not_compared(patch: pytest.MonkeyPatch) -> None:
    original = push.plan_push
    patch.setattr(
        push, "plan_push", lambda last_seq, received, _stored, hashes: original(last_seq, received, {}, hashes)
    )


def new_bucket_not_whole(patch: pytest.MonkeyPatch) -> None:
    original = DatabaseFeed.held

    async def always(self: DatabaseFeed, _at_seq: int | None) -> Any:
        return await original(self, None)

    patch.setattr(DatabaseFeed, "held", always)


FAULTS: tuple[Plant, ...] = (
    receipt_not_stored,
    grant_check_left_out,
    grant_not_taken_back,
    drop_forgotten,
    new_bucket_not_whole,
    conflict_not_kept,
    refusal_not_shown,
    seq_skipped,
    payload_not_compared,
)
