"""Faults to plant in the server: a simulation that does not see them proves nothing.

Each takes pytest's `MonkeyPatch` and spoils one promise.
"""

from collections.abc import Callable
from typing import Any

import pytest

from cairn.kernel import conflicts, documents, execute, grants
from cairn.kernel.feed import DatabaseFeed
from cairn.kernel.push import Push
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


def last_seq_not_moved(patch: pytest.MonkeyPatch) -> None:
    original = Push.finish

    async def standing_still(self: Push, session: Any, verdicts: Any) -> Any:
        answer = await original(self, session, verdicts)
        self.moved["last_seq"] = self.device.last_seq
        return answer

    patch.setattr(Push, "finish", standing_still)


def tombstone_lost(patch: pytest.MonkeyPatch) -> None:
    original = documents._insert

    def keeping(*place: Any, removed: bool = False) -> None:
        if not removed:
            original(*place)

    patch.setattr(documents, "_insert", keeping)


def grant_check_left_out(patch: pytest.MonkeyPatch) -> None:
    async def everything(self: DatabaseFeed, at_seq: int | None) -> dict[int, str]:
        rows = await (await self._snapshot()).fetch("SELECT number, name FROM bucket")
        return dict(rows)

    patch.setattr(DatabaseFeed, "held", everything)


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


FAULTS: tuple[Plant, ...] = (
    receipt_not_stored,
    last_seq_not_moved,
    tombstone_lost,
    grant_check_left_out,
    grant_not_taken_back,
    drop_forgotten,
    conflict_not_kept,
    refusal_not_shown,
    seq_skipped,
)
