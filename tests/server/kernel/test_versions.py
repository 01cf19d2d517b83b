"""Versions: old payloads are upgraded step by step, and newer ones wait for the server that knows them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest

from cairn.jobs.retries import retry_due
from cairn.kernel.commands import Fact, Upgrader, registry
from cairn.kernel.ids import new_id
from cairn.kernel.shapes import About
from cairn.modules.accounts.commands import AddNote
from support.house import House

Json = dict[str, Any]


class AddNoteV3(Fact, frozen=True):
    """What the mutation might take one day: words instead of a text, and what sort of note it is."""

    id: UUID
    about: About
    words: Annotated[str, msgspec.Meta(min_length=1)]
    sort: str


def say_words(args: Json) -> Json:
    return {("words" if name == "text" else name): value for name, value in args.items()}


def say_sort(args: Json) -> Json:
    return {**args, "sort": "plain"}


@contextmanager
def version_3(monkeypatch: pytest.MonkeyPatch, upgraders: dict[int, Upgrader]) -> Iterator[None]:
    """A server in which `notes.add` is at version 3."""
    present = registry.by_name["notes.add"]
    handler = present.handler
    assert handler is not None

    async def add(command: AddNoteV3, ctx: Any) -> None:
        await handler(AddNote(id=command.id, about=command.about, text=f"{command.sort}: {command.words}"), ctx)

    spec = replace(present, version=3, shape=AddNoteV3, handler=add, upgraders=upgraders)
    with monkeypatch.context() as patch:
        patch.setitem(registry.by_name, "notes.add", spec)
        yield


async def test_every_version_applies_on_one_server(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.wire("rep1") as wire:
        account_id = str(new_id())
        await wire.give("accounts.create", {"id": account_id, "name": "A"})
        about = {"kind": "account", "id": account_id}
        payloads: dict[int, Json] = {
            1: {"text": "one"},
            2: {"words": "two"},
            3: {"words": "three", "sort": "promise"},
        }
        with version_3(monkeypatch, {1: say_words, 2: say_sort}):
            first = wire.last_seq + 1
            batch = [
                wire.mutation(first + offset, "notes.add", {"id": str(new_id()), "about": about} | args, v=v)
                for offset, (v, args) in enumerate(payloads.items())
            ]
            receipts = (await wire.push(batch)).json()["receipts"]
            spoilt = wire.mutation(first + 3, "notes.add", {"id": str(new_id()), "about": about}, v=1)
            (refused,) = (await wire.push([spoilt])).json()["receipts"]
        assert [each["status"] for each in receipts] == ["applied"] * 3
        assert (refused["status"], refused["code"]) == ("rejected", "malformed")
        await wire.pull()
        texts = {note["text"] for note in wire.documents("note").values()}
        assert texts == {"plain: one", "plain: two", "promise: three"}


async def test_a_newer_payload_waits_for_the_newer_server(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.wire("rep1") as wire:
        account_id = str(new_id())
        await wire.give("accounts.create", {"id": account_id, "name": "A"})
        args = {"id": str(new_id()), "about": {"kind": "account", "id": account_id}, "words": "new", "sort": "plain"}
        newer = wire.mutation(2, "notes.add", args, v=3)
        (receipt,) = (await wire.push([newer])).json()["receipts"]
        assert (receipt["status"], receipt["code"]) == ("parked", "unknown_mutation")
        house.clock.advance(61)
        with version_3(monkeypatch, {1: say_words, 2: say_sort}):
            assert await retry_due(house.services) == 1
        await wire.pull()
        assert [each["status"] for each in wire.documents("receipt").values()] == ["applied"]
        assert [note["text"] for note in wire.documents("note").values()] == ["plain: new"]


async def test_a_missing_step_is_no_way(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.wire("rep1") as wire:
        with version_3(monkeypatch, {1: say_words}):
            receipt = await wire.give("notes.add", {"id": str(new_id())})
        assert (receipt["status"], receipt["code"]) == ("parked", "unknown_mutation")
