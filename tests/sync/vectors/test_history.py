"""Every payload that ever left an app can still be read."""

import json

import msgspec
import pytest

from cairn import modules
from cairn.kernel.commands import registry
from cairn.modules.identity.roles import INTERNAL
from support.repository import REPOSITORY

modules.load()
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
