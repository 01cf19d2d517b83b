"""The two mutations of the push budgets, as a phone sends them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from bench.company import Person, gate
from cairn.kernel.ids import new_id

Json = dict[str, Any]


BETWEEN_CUSTOMERS = timedelta(minutes=15)


def before(now: datetime, pauses: int) -> str:
    return (now - pauses * BETWEEN_CUSTOMERS).isoformat().replace("+00:00", "Z")


def check_in(account_id: UUID, number: int, at: str) -> Json:
    """At a customer's gate, with a note."""
    position = gate(number) | {"accuracy_m": 12.0, "fixed_at": at}
    return {"id": str(new_id()), "account_id": str(account_id), "position": position, "note": "Filter replaced."}


class Phones:
    """Numbers mutations per device and remembers what each customer's phone number is by now."""

    def __init__(self, epoch: str) -> None:
        self._epoch = epoch
        self._seqs: dict[UUID, int] = {}
        self._numbers: dict[UUID, str] = {}
        self._count = 0

    def push(self, person: Person, device: UUID, names: list[str], *, begin: int = 0) -> Json:
        """The body of a push with these mutations, on the person's customers one after the other until now."""
        mutations, now = [], datetime.now(UTC)
        for offset, name in enumerate(names):
            number = (begin + offset) % len(person.accounts)
            account_id, at = person.accounts[number], before(now, len(names) - offset - 1)
            self._count += 1
            self._seqs[device] = self._seqs.get(device, 0) + 1
            args = check_in(account_id, number, at) if name == "visits.check_in" else self._edit(account_id)
            mutations.append({"seq": self._seqs[device], "name": name, "v": 1, "at": at, "args": args})
        first = mutations[0]["seq"]
        return {
            "device": str(device),
            "epoch": self._epoch,
            "confirmed": first - 1,
            "sent_at": before(now, 0),
            "mutations": mutations,
        }

    def _edit(self, account_id: UUID) -> Json:
        known = self._numbers.get(account_id, "0512-5550100")
        after = self._numbers[account_id] = f"0512-{self._count:07d}"
        return {"id": str(account_id), "set": {"phone": after}, "base": {"phone": known}}
