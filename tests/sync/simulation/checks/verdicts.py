"""Promise 1, at every answer: the first receipt stands; and sums that the server sends are those of its rows."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sync.simulation.world import World

Json = dict[str, Any]


def check_answer(world: "World", path: str, request: Json, answer: Json) -> None:
    if path == "/sync/push":
        for receipt in answer["receipts"]:
            # No handler fails by itself here: a database that fails must judge nobody.
            assert receipt.get("code") != "internal_failure", f"{path} parked {receipt} for a fault of the database"
            key = (request["device"], receipt["seq"])
            first = world.receipts.setdefault(key, receipt)
            if first["status"] == "parked":  # the final one may come by a replay as well
                first = world.receipts[key] = receipt
            assert receipt == first, f"two verdicts on one mutation: {first} and {receipt}"
    if path == "/sync/pull":
        assert not request["refetch"], f"{request['device']} found itself in disagreement about {request['refetch']}"
