"""The phone's types say what the server says."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from cairn.api.sync import catalogue
from cairn.kernel.synced import Synced
from cairn.schema import render, type_of, write_schema
from support.repository import REPOSITORY

GENERATED = REPOSITORY / "pwa" / "src" / "generated"


def test_the_committed_types_are_those_of_the_declarations() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in GENERATED.iterdir()}
    assert committed == render(), "run `make schema`"


def test_every_kind_and_every_mutation_is_there(tmp_path: Path) -> None:
    write_schema(tmp_path / "generated")
    documents = (tmp_path / "generated" / "documents.ts").read_text(encoding="utf-8")
    mutations = (tmp_path / "generated" / "mutations.ts").read_text(encoding="utf-8")
    for kind in (*Synced.kinds, "account_card"):
        assert f"\n  {kind}: " in documents
    for entry in catalogue().mutations:
        assert f"\n  '{entry.name}': {{ version: {entry.versions[-1]}, class: '{entry.kind}' }}," in mutations


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (str | None, "string | null"),
        (list[int], "number[]"),
        (list[int | None], "(number | null)[]"),
        (dict[str, Any], "Record<string, any>"),
        (dict[str, float], "Record<string, number>"),
        (bool, "boolean"),
        (Any, "any"),
    ],
)
def test_types(shape: Any, expected: str) -> None:
    assert type_of(msgspec.json.schema(shape)) == expected
