"""Faults to plant in the server: each takes pytest's `MonkeyPatch` and spoils one promise."""

from collections.abc import Callable
from typing import Any

import pytest

from cairn.kernel import conflicts, documents, execute, grants, push
from cairn.kernel.commands import CommandSpec
from cairn.kernel.errors import UnknownCommand
from cairn.kernel.feed import DatabaseFeed
from cairn.kernel.heads import lock_head
from cairn.kernel.held import HeldCache
from cairn.kernel.push import Push
from cairn.kernel.refusals import Refusal
from cairn.modules.tickets import recording
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
        assert self.device is not None
        self.moved["last_seq"] = self.device.last_seq
        return answer

    patch.setattr(Push, "finish", standing_still)


def tombstone_lost(patch: pytest.MonkeyPatch) -> None:
    original = documents._insert

    def keeping(*arguments: Any, removed: bool = False) -> None:
        if not removed:
            original(*arguments)

    patch.setattr(documents, "_insert", keeping)


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


def seq_taken_first(patch: pytest.MonkeyPatch) -> None:
    """As from a sequence of the database's: what a transaction took stays taken, though it is rolled back."""
    original = execute._execute_group
    taken: dict[Any, int] = {}

    async def eager(session: Any, organization_id: Any, tasks: Any, new_id: Any, careful: bool) -> None:
        head = await lock_head(session, organization_id)
        company = (new_id, head.epoch)
        head.seq = max(head.seq, taken.get(company, 0))
        await original(session, organization_id, tasks, new_id, careful)
        taken[company] = head.seq

    patch.setattr(execute, "_execute_group", eager)


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


def lost_role_refuses(patch: pytest.MonkeyPatch) -> None:
    async def strict(*_arguments: Any) -> None:
        pass

    patch.setattr(execute, "admit_facts", strict)


def lost_role_not_flagged(patch: pytest.MonkeyPatch) -> None:
    original = execute.admit_facts

    async def silent(session: Any, organization_id: Any, tasks: Any) -> None:
        await original(session, organization_id, tasks)
        for task in tasks:
            task.role_lost = False

    patch.setattr(execute, "admit_facts", silent)


def service_never_ends(patch: pytest.MonkeyPatch) -> None:
    original = recording.serve

    def lasting(account: Any, user_ids: Any) -> None:
        if user_ids is not None:
            original(account, user_ids)

    patch.setattr(recording, "serve", lasting)


def upgraders_left_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(CommandSpec, "read", lambda self, _version, args: self.decoder.decode(args))


def newer_version_refused(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(UnknownCommand, "parks", False)


def horizon_forgotten(patch: pytest.MonkeyPatch) -> None:
    original = DatabaseFeed._stand

    def boundless(self: DatabaseFeed, standing: Any) -> None:
        original(self, standing)
        self.horizon_seq = 0

    patch.setattr(DatabaseFeed, "_stand", boundless)


def failing_database_parks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(execute, "database_failed", lambda _error: False)


FAULTS: tuple[Plant, ...] = (
    receipt_not_stored,
    last_seq_not_moved,
    tombstone_lost,
    grant_check_left_out,
    grant_not_taken_back,
    drop_forgotten,
    new_bucket_not_whole,
    conflict_not_kept,
    refusal_not_shown,
    seq_skipped,
    seq_taken_first,
    payload_not_compared,
    lost_role_refuses,
    lost_role_not_flagged,
    service_never_ends,
    upgraders_left_out,
    newer_version_refused,
    horizon_forgotten,
    failing_database_parks,
)
