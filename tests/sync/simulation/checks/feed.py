"""The feed and its sums are what the tables say that they must be, bucket by bucket."""

from typing import Any

import msgspec

from cairnsync.checks import SUM_MODULUS
from sync.simulation.tables import Tables
from sync.simulation.world import World

_decode = msgspec.json.Decoder(tuple[str, str, str, int, Any]).decode


def check(world: World, tables: Tables) -> None:
    fetch = world.ground.view.execute
    numbers = {
        number: (name, *sums) for number, name, *sums in fetch("SELECT number, name, documents, seq_sum FROM bucket")
    }
    found: dict[tuple[str, str, str], Any] = {}
    sums = dict.fromkeys(numbers, (0, 0))
    for number, seq, removed, envelope in fetch("SELECT bucket_number, seq, removed, envelope FROM feed"):
        bucket, kind, record_id, written_seq, document = _decode(envelope)
        assert (bucket, written_seq) == (numbers[number][0], seq)
        assert (document is None) == bool(removed)
        if document is not None:
            found[bucket, kind, record_id] = document
            count, total = sums[number]
            sums[number] = count + 1, (total + seq) % SUM_MODULUS
    wanted = {
        (bucket, kind, record_id): document
        for kind, record_id, buckets, document in tables.published
        for bucket in buckets
    }
    assert found == wanted, {key for key in found.keys() | wanted.keys() if found.get(key) != wanted.get(key)}
    wrong = {name: (count, total) for number, (name, count, total) in numbers.items() if sums[number] != (count, total)}
    assert not wrong, f"the sums of {wrong} are not those of the feed"
