"""Every payload that ever left an app can still be read."""

import json

import msgspec
import pytest

from cairn import modules
from cairn.kernel.commands import registry
from cairn.modules.identity.roles import INTERNAL
from cairn.schema import shapes
from support.repository import REPOSITORY

modules.load()
SHAPES = REPOSITORY / "sync" / "vectors" / "history" / "shapes"
PAYLOADS = [
    (path.stem, mutation)
    for path in sorted((REPOSITORY / "sync" / "vectors" / "history").glob("*.json"))
    for mutation in json.loads(path.read_text(encoding="utf-8"))["mutations"]
]
PHONES_NAMES = {name for name, spec in registry.by_name.items() if spec.permission != INTERNAL}
ADMINISTRATION = {"organization.", "teams.", "users."}


@pytest.mark.parametrize(("_month", "mutation"), PAYLOADS)
def test_a_payload_of_the_past_is_read(_month: str, mutation: dict[str, object]) -> None:
    version = mutation["v"]
    assert isinstance(version, int)
    spec = registry.find(str(mutation["name"]), version)
    assert isinstance(spec.read(version, msgspec.json.encode(mutation["args"])), spec.shape)


def test_every_mutation_of_a_phone_has_a_payload() -> None:
    recorded = {mutation["name"] for _, mutation in PAYLOADS}
    assert {name for name in PHONES_NAMES if not name.startswith(tuple(ADMINISTRATION))} <= recorded


def test_no_shape_changes_without_a_new_version() -> None:
    """What a mutation takes is part of what phones hold: another shape is another version, with an upgrader.

    `make schema` keeps the shape of a new version. A shape that has not left in an app yet may be removed first.
    """
    kept = {path.name: path.read_text(encoding="utf-8") for path in SHAPES.glob("*.json")}
    for name, shape in shapes().items():
        assert name in kept, f"{name} is not kept: run `make schema`"
        assert kept[name] == shape, f"the shape of {name} has changed: give it a new version and an upgrader"


@pytest.mark.parametrize("name", sorted(path.stem for path in SHAPES.glob("*.json")))
def test_every_version_that_ever_was_is_understood(name: str) -> None:
    mutation, _, version = name.rpartition(".v")
    assert registry.find(mutation, int(version)).name == mutation
